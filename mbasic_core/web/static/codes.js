// Names that nobody else draws, bytes as text and as a checksum, and text and edits as they travel.

export const randomId = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, "0")).join("");

export function base64(bytes) {
  let text = "";
  for (let from = 0; from < bytes.length; from += 0x8000) text += String.fromCharCode(...bytes.subarray(from, from + 0x8000));
  return btoa(text);
}

const CRC = Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});

// The text's checksum as the server has it (RFC 1952, section 8); one character is one byte.
export function crc32(text) {
  let crc = ~0;
  for (let i = 0; i < text.length; i++) crc = CRC[(crc ^ text.charCodeAt(i)) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

// The changes of an edit as the server takes them: [from, to, what comes there].
export function listing(changes) {
  const list = [];
  changes.iterChanges((from, to, _fromB, _toB, inserted) => list.push([from, to, inserted.toString()]));
  return list;
}

const TYPOGRAPHY = { "‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u2028": "\n", "\u2029": "\n" };

// Without what web pages, word processors and files with a byte order mark put among the characters of a program: blanks
// that are none to BASIC, characters that cannot be seen, and typographic ones.
export const plainly = (text) =>
  text
    .replace(/[\xa0\u2000-\u200a\u202f\u205f\u3000]/g, " ")
    .replace(/[\u200b-\u200f\u2060\ufeff]/g, "")
    .replace(/[‘’“”–—…\u2028\u2029]/g, (character) => TYPOGRAPHY[character]);
