// The terminal: xterm, fed with acknowledged writes; a line is edited here and only sent with Enter. What was typed stays
// on the screen until the server's next output, which begins with the server's own echo of it, takes its place. So the
// screen always ends up as the transcript has it, on this page and on every other one.
import { FitAddon, Terminal } from "nicegui-xterm";
import { plainly } from "mbasic-codes";
import { LineEditor } from "mbasic-line";
import link from "mbasic-link";
import { loadResource } from "../../static/utils/resources.js";

const MIRROR = 65_536; // characters of output that the log keeps, and lines: laying out tens of thousands takes long
const MIRROR_LINES = 4000;
const MIRROR_EVERY = 60; // ms between two updates of the log; MIRROR_FLOOD when much comes
const MIRROR_FLOOD = 400;
const MUCH = 16_384; // characters in one update
const SPEAK_EVERY = 500; // ms; with SPEAK_MOST characters a screen reader is not flooded
const SPEAK_MOST = 1000;
const ESCAPED = 2000; // ms after Escape in which Tab goes to the next control, as in the editor
const GRACE = 400; // ms after a Run or a line in which keys wait for an INPUT to come up, should the program read keys too

const plain = (text) => text.replace(/\x1b\[[0-9;?]*[A-Za-z]|[^\n\t\x20-\x7e\xa0-\xff]/g, "");

export default {
  template: `
    <div class="b-term">
      <div class="b-term-host" ref="host"></div>
      <div class="b-only-heard" role="log" aria-label="Terminal output" aria-live="off" ref="mirror"></div>
      <div class="b-only-heard" aria-live="polite" ref="speech"></div>
    </div>`,

  created() {
    this.line = new LineEditor();
    this.held = ""; // typed, and not yet known for what
    this.painted = null; // {text, caret} of the line on the screen
    this.origin = 0; // where on the (unwrapped) screen line it begins
    this.writing = 0;
    this.escaped = -ESCAPED; // when Escape was last pressed
    this.since = 0; // when keys were last started to be held back
    this.raw = ""; // the newest of what was written, as it came
    this.mirrored = "";
    this.reflected = 0; // characters of it in the log
    this.spoken = "";
  },

  async mounted() {
    await this.$nextTick();
    await loadResource(import.meta.resolve("nicegui-xterm/xterm.css"));
    const look = this.look();
    // xterm measures a cell once, when it opens: the font must be there.
    const font = document.fonts.load(`${look.fontSize}px ${look.fontFamily}`);
    await Promise.race([font, new Promise((resolve) => setTimeout(resolve, 1500))]);
    const terminal = new Terminal({ ...look, cursorBlink: true, scrollback: 5000 });
    this.terminal = terminal;
    this.fitter = new FitAddon();
    terminal.loadAddon(this.fitter);
    terminal.open(this.$refs.host);
    terminal.textarea.setAttribute("aria-label", "Terminal");
    terminal.attachCustomKeyEventHandler((event) => !this.leaves(event));
    terminal.onData((data) => this.typed(data));
    terminal.onBell(() => this.flash());
    terminal.onResize((size) => link.emit("size", size));
    this.resizer = new ResizeObserver(() => this.fit());
    this.resizer.observe(this.$refs.host);
    if (this.$refs.host.clientWidth) this.fitter.fit();
    link.emit("size", { cols: terminal.cols, rows: terminal.rows });
    link.on("output", (output) => this.output(output));
    link.on("state", (state) => this.changed(state));
    link.on("sent", (kind) => this.hold(kind));
    link.on("refused", () => this.write(this.erasure()));
    window.addEventListener("mbasic-theme", () => this.dress());
    link.join("terminal", this);
  },

  beforeUnmount() {
    this.resizer?.disconnect();
    this.terminal?.dispose();
  },

  methods: {
    look() {
      const css = getComputedStyle(document.documentElement);
      const value = (name) => css.getPropertyValue(name).trim();
      const theme = {
        background: value("--term"),
        foreground: value("--term-ink"),
        cursor: value("--term-cursor"),
        cursorAccent: value("--term"),
        selectionBackground: value("--term-sel"),
      };
      return { theme, fontFamily: value("--term-font"), fontSize: parseInt(value("--term-size"), 10) };
    },

    async dress() {
      const look = this.look();
      await document.fonts.load(`${look.fontSize}px ${look.fontFamily}`);
      Object.assign(this.terminal.options, look);
      this.fit();
    },

    // xterm cuts the cursor's line where others are wrapped anew: what is typed is taken off meanwhile, and what was
    // printed is written again when the line has more than a row.
    fit() {
      if (!this.$refs.host?.clientWidth) return;
      this.write(this.erasure(), () => {
        const [length, { cols }] = [this.position(), this.terminal];
        this.fitter.fit();
        if (cols === this.terminal.cols || length < Math.min(cols, this.terminal.cols)) return;
        this.terminal.reset();
        this.write(this.raw);
      });
    },

    flash() {
      const { classList } = this.$el;
      classList.add("b-bell");
      setTimeout(() => classList.remove("b-bell"), 160);
    },

    // ---- what comes from the server

    output({ start, text, redraw, anew }) {
      const end = start + text.length;
      let up = 0;
      if (redraw && !anew && this.continues(start, text)) {
        [text, start, redraw] = [text.slice(this.written - start), this.written, false];
        if (!text) return;
      }
      if (redraw) {
        if (!anew) up = this.scrolled();
        this.terminal.reset();
        this.painted = null;
        this.raw = this.mirrored = this.spoken = "";
        this.written = start;
      }
      this.raw = (start > this.written ? text : this.raw + text).slice(-MIRROR);
      let shown = text;
      if (start > this.written) {
        // The program was faster than this page: go on at a line's start.
        shown = text.slice(text.indexOf("\n") + 1);
        this.mirrored += "\n";
      }
      this.written = end;
      this.write(this.erasure() + shown, () => {
        link.drawn(end);
        if (up) this.terminal.scrollLines(-up);
      });
      this.mirror(plain(shown), !redraw);
    },

    // Whether a text from that offset on goes on from what is on the screen.
    continues(start, text) {
      const known = this.written - start;
      if (!(known >= 0 && known <= text.length)) return false;
      const common = Math.min(known, this.raw.length);
      return text.slice(known - common, known) === this.raw.slice(this.raw.length - common);
    },

    // How many rows the reader went back.
    scrolled() {
      const { active } = this.terminal.buffer;
      return active.baseY - active.viewportY;
    },

    // What the next page in this tab is to show again: what was typed and is not sent yet.
    keep() {
      const { text, caret, history } = this.line;
      return { text, caret, history, held: this.held, up: this.scrolled(), focus: this.$el.contains(document.activeElement) };
    },

    restore({ text, caret, history, held, up, focus }) {
      Object.assign(this.line, { text, caret, history });
      this.held = held + this.held;
      if (focus) this.terminal.focus();
      if (up) this.write("", () => this.terminal.scrollLines(-up));
    },

    changed(state) {
      if (this.mirrorTimer && state.phase !== "running") this.reflect(); // who sees that it rests can read all of it
      if (state.prompt !== "keys") this.since = 0;
      if (state.serial !== this.serial) this.holding = false; // else it is only our own guess
      this.serial = state.serial;
      if (!this.asked && state.prompt === "line" && !document.activeElement?.closest(".cm-editor")) this.terminal.focus();
      this.asked = state.prompt === "line";
      this.consume();
      this.paint();
    },

    write(data, done) {
      this.writing++;
      this.terminal.write(data, () => {
        this.writing--;
        done?.();
        if (this.writing) return;
        this.origin = this.position();
        this.paint();
      });
    },

    mirror(text, aloud) {
      this.mirrored += text;
      if (aloud) this.spoken = (this.spoken + text).slice(-SPEAK_MOST);
      this.mirrorTimer ??= setTimeout(() => this.reflect(), this.flooded ? MIRROR_FLOOD : MIRROR_EVERY);
      this.speechTimer ??= setTimeout(() => {
        this.speechTimer = null;
        this.$refs.speech.textContent = this.spoken;
        this.spoken = "";
      }, SPEAK_EVERY);
    },

    reflect() {
      clearTimeout(this.mirrorTimer);
      this.mirrorTimer = null;
      let start = Math.max(this.mirrored.length - MIRROR, 0);
      let newest = this.mirrored.length;
      for (let lines = 0; lines < MIRROR_LINES && newest > start; lines++) newest = this.mirrored.lastIndexOf("\n", newest - 1);
      if (newest > start) start = newest + 1;
      else if (start) start = this.mirrored.indexOf("\n", start) + 1 || start;
      this.mirrored = this.mirrored.slice(start);
      this.flooded = this.mirrored.length - this.reflected > MUCH || start > MUCH;
      this.reflected = this.mirrored.length;
      this.$refs.mirror.textContent = this.mirrored;
    },

    // ---- what is typed

    // Whether a key is left to the browser: its own paste and copy, and going to another control with Tab.
    leaves({ type, key, ctrlKey, shiftKey, timeStamp }) {
      if (ctrlKey && !shiftKey && key === "v") return true;
      if (ctrlKey && !shiftKey && key === "c" && link.state.phase !== "running" && this.terminal.hasSelection()) {
        setTimeout(() => this.terminal.clearSelection()); // the next one stops the program
        return true;
      }
      if (type === "keydown" && key === "Escape") this.escaped = timeStamp;
      const wanted = link.state.prompt === "keys" && (link.state.phase !== "running" || link.editor.readsKeys());
      return key === "Tab" && !wanted && (shiftKey || timeStamp - this.escaped < ESCAPED);
    },

    typed(data) {
      const stop = data.lastIndexOf("\x03");
      if (stop >= 0) {
        this.held = "";
        this.line.clear();
        this.paint();
        link.send("stop");
      }
      data = data.slice(stop + 1);
      if (link.state.phase === "running" && /[\x0f\x13]/.test(data)) {
        link.send("keys", data.replace(/[^\x0f\x13]/g, "")); // Ctrl-O and Ctrl-S work on what a program prints
        data = data.replace(/[\x0f\x13]/g, "");
      }
      this.held += plainly(data);
      this.consume();
    },

    // From here until the server answers, nobody knows whether keys are for an INPUT or for INKEY$.
    hold(kind) {
      if (kind === "keys" || kind === "edit" || kind === "breakpoint") return;
      this.holding = true;
      if (kind !== "stop") this.since = performance.now();
    },

    consume() {
      while (this.held && !this.holding) {
        const { phase, prompt } = link.state;
        if (prompt === "keys") {
          if (phase !== "waiting for INPUT") {
            if (!link.editor.readsKeys()) return; // typed ahead: the next INPUT or the Ok prompt gets it
            const wait = this.since + GRACE - performance.now();
            if (wait > 0) return void setTimeout(() => this.consume(), wait);
          }
          link.send("keys", this.held.replace(/[^\x00-\xff]/g, ""));
          this.held = "";
        } else if (prompt === "line" || prompt === "direct") {
          const { line, rest, refused } = this.line.feed(this.held, { remember: prompt === "direct" });
          this.held = rest;
          if (refused) this.flash();
          if (line === undefined) this.paint();
          else {
            this.paint(line);
            link.send("line", line);
          }
        } else return;
      }
    },

    // ---- the typed line on the screen

    paint(committed) {
      const { prompt } = link.state;
      if (this.writing || this.holding || (prompt !== "line" && prompt !== "direct")) return;
      const text = committed ?? this.line.text;
      const caret = committed === undefined ? this.line.caret : text.length;
      const was = this.painted;
      if (!was && !text) return;
      if (was && was.text === text && was.caret === caret) return;
      const end = this.origin + text.length;
      // At the right margin xterm keeps the cursor on the last cell until one more character comes; make it go on.
      const wrap = text && end % this.terminal.cols === 0 ? " \b" : "";
      this.terminal.write(this.erasure() + text + wrap + this.travel(end, this.origin + caret));
      this.painted = { text, caret };
    },

    erasure() {
      if (!this.painted) return "";
      const { caret } = this.painted;
      this.painted = null;
      return this.travel(this.origin + caret, this.origin) + "\x1b[J";
    },

    travel(from, to) {
      if (from === to) return "";
      const { cols } = this.terminal;
      const rows = Math.floor(to / cols) - Math.floor(from / cols);
      const vertical = rows ? `\x1b[${Math.abs(rows)}${rows < 0 ? "A" : "B"}` : "";
      return `${vertical}\x1b[${(to % cols) + 1}G`;
    },

    // The cursor's place, counted from the start of its line as if that were not wrapped.
    position() {
      const { active } = this.terminal.buffer;
      let row = active.baseY + active.cursorY;
      let offset = active.cursorX;
      while (row > 0 && active.getLine(row)?.isWrapped) {
        offset += this.terminal.cols;
        row--;
      }
      return offset;
    },
  },
};
