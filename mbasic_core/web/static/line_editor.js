// The line being typed at an INPUT or at the Ok prompt. It knows text and caret, nothing of the screen.

const MAX = 255; // BASIC's longest line
const HISTORY = 100;

export class LineEditor {
  constructor() {
    this.text = "";
    this.caret = 0;
    this.history = [];
    this.back = 0; // how many lines back in the history
  }

  clear() {
    this.text = "";
    this.caret = 0;
    this.back = 0;
  }

  // Takes typed data up to and with Enter: {line, rest, refused}; line is undefined while there was no Enter.
  feed(data, { remember = false } = {}) {
    let refused = false;
    for (let i = 0; i < data.length; ) {
      const key = /^\x1b(?:[[O][0-9;]*[A-Za-z~]|.)?/.exec(data.slice(i, i + 16))?.[0] ?? data[i];
      i += key.length;
      if (key === "\r" || key === "\n") {
        const line = this.text;
        if (remember && line && line !== this.history.at(-1)) this.history = [...this.history, line].slice(-HISTORY);
        this.clear();
        return { line, rest: data.slice(key === "\r" && data[i] === "\n" ? i + 1 : i), refused };
      }
      if (!this.key(key, remember)) refused = true;
    }
    return { line: undefined, rest: "", refused };
  }

  // False when the key means nothing here.
  key(key, remember) {
    const { text, caret } = this;
    switch (key) {
      case "\x7f":
      case "\b":
        if (!caret) return false;
        return this.set(text.slice(0, caret - 1) + text.slice(caret), caret - 1);
      case "\x1b[3~":
        return this.set(text.slice(0, caret) + text.slice(caret + 1), caret);
      case "\x15": // Ctrl-U
        return this.set("", 0);
      case "\x1b[D":
      case "\x1bOD":
        return this.set(text, Math.max(caret - 1, 0));
      case "\x1b[C":
      case "\x1bOC":
        return this.set(text, Math.min(caret + 1, text.length));
      case "\x1b[H":
      case "\x1bOH":
        return this.set(text, 0);
      case "\x1b[F":
      case "\x1bOF":
        return this.set(text, text.length);
      case "\x1b[A":
      case "\x1bOA":
        return remember && this.recall(1);
      case "\x1b[B":
      case "\x1bOB":
        return remember && this.recall(-1);
    }
    if (key.length > 1 || text.length >= MAX || !/[\t\x20-\x7e\xa0-\xff]/.test(key)) return false;
    return this.set(text.slice(0, caret) + key + text.slice(caret), caret + 1);
  }

  recall(step) {
    const back = this.back + step;
    if (back < 0 || back > this.history.length) return false;
    this.back = back;
    const line = back ? this.history.at(-back) : "";
    return this.set(line, line.length);
  }

  set(text, caret) {
    [this.text, this.caret] = [text, caret];
    return true;
  }
}
