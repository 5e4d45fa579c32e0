// Names as BASIC's disk has them, and files that go to the browser's own downloads.

const SIGNS = "A-Z0-9!#$%&'()@^_`{}~\\-";
const NAME = new RegExp(`^[${SIGNS}]{1,8}(\\.[${SIGNS}]{1,3})?$`);
const OTHER = new RegExp(`[^${SIGNS}]`, "g");

export const valid = (name) => NAME.test(name);

// The 8.3 name for a file of any name that is not one of `taken`: "Über long name.text" becomes "UBERLONG.TEX", the next
// one "UBERLO~2.TEX".
export function shortName(name, taken = new Set()) {
  const plain = name.normalize("NFD").toUpperCase();
  const point = plain.lastIndexOf(".");
  const clean = (text) => text.replace(OTHER, "");
  const stem = clean(point > 0 ? plain.slice(0, point) : plain) || "FILE";
  const suffix = point > 0 ? clean(plain.slice(point + 1)).slice(0, 3) : "";
  const whole = (start) => (suffix ? `${start}.${suffix}` : start);
  let found = whole(stem.slice(0, 8));
  for (let number = 2; taken.has(found); number++) {
    const end = `~${number}`;
    found = whole(stem.slice(0, 8 - end.length) + end);
  }
  return found;
}

export function saveAs(name, pieces) {
  const url = URL.createObjectURL(new Blob(pieces, { type: "application/octet-stream" }));
  const anchor = Object.assign(document.createElement("a"), { href: url, download: name });
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

// One character is one byte.
export const bytes = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0));

export const count = (number, one, many = one + "s") => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
