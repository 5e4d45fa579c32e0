// Files between the browser and the session's disk, in pieces over the page's socket.
import { base64, randomId } from "mbasic-codes";

const PART = 128 * 1024; // characters of a file as base64 in one message: 96 KB

// Put a file on the disk. It leaves beside the inputs, so that a Stop need not wait for it; the input that says what it is
// to be called follows, and sends it again should the server not have it any more.
export async function write(link, name, bytes, replace) {
  const file = { upload: randomId(), size: bytes.length, data: base64(bytes) };
  if (link.live) await stage(link, file);
  return link.disk({ kind: "write", name, replace, ...file });
}

// Send the bytes of a file before the input that names it; whether the server has taken them.
export async function stage(link, { upload, data }) {
  for (let from = 0; from === 0 || from < data.length; from += PART) {
    const piece = { upload, offset: (from / 4) * 3, data: data.slice(from, from + PART) };
    const answer = await link.request("mbasic_piece", piece);
    if (!answer || answer.problem) return false;
  }
  return true;
}

// The bytes of a file on the disk; throws an Error for the user.
export async function read(link, name) {
  const pieces = [];
  let got = 0;
  for (let size = 1; got < size; ) {
    const answer = link.live && (await link.request("mbasic_file", { name, offset: got }));
    if (!answer) throw new Error(`${name}: the connection was lost. Try again.`);
    if (answer.problem) throw new Error(answer.problem);
    pieces.push(Uint8Array.from(atob(answer.data), (character) => character.charCodeAt(0)));
    got += pieces.at(-1).length;
    size = answer.size;
  }
  return pieces;
}
