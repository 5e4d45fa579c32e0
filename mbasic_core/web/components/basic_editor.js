// The program: NiceGUI's own CodeMirror with BASIC's colours, completion and keys, and edits that travel as change sets.
import Base from "mbasic-codemirror";
import * as CM from "nicegui-codemirror";
import { breakpoints, follow } from "mbasic-breakpoints";
import { plainly } from "mbasic-codes";
import { FUNCTIONS, OPERATORS, STATEMENTS, tokenize } from "mbasic-words";
import link from "mbasic-link";

const MARKS = Object.fromEntries(
  ["ln", "kw", "fn", "op", "str", "num", "ref", "rem", "id"].map((kind) => [kind, CM.Decoration.mark({ class: "b-" + kind })]),
);
const SAVES = "What you type is saved by itself. SAVE \"NAME\" in the terminal puts the program on the disk, as a file.";
const LARGEST = 1_048_576; // characters of a document
const fromServer = CM.Annotation.define();

// Only the visible lines: the cost does not depend on the length of the program.
const highlighter = CM.ViewPlugin.fromClass(
  class {
    constructor(view) {
      this.decorations = this.build(view);
    }
    update(update) {
      if (update.docChanged || update.viewportChanged) this.decorations = this.build(update.view);
    }
    build(view) {
      const ranges = [];
      for (const { from, to } of view.visibleRanges)
        for (let position = from; position <= to; ) {
          const line = view.state.doc.lineAt(position);
          tokenize(line.text, (a, b, kind) => b > a && ranges.push(MARKS[kind].range(line.from + a, line.from + b)));
          position = line.to + 1;
        }
      return CM.Decoration.set(ranges, true);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

// On Ctrl-Space only: a list that opens by itself would take the Enter of somebody who types on.
function complete(context) {
  const word = context.matchBefore(/[A-Za-z]+\$?/);
  if (!context.explicit || !word) return null;
  const line = context.state.doc.lineAt(context.pos);
  if ((line.text.slice(0, word.from - line.from).match(/"/g) ?? []).length % 2) return null;
  const options = (list, type) => list.map((label) => ({ label, type }));
  return {
    from: word.from,
    options: [...options(STATEMENTS, "keyword"), ...options(OPERATORS, "keyword"), ...options(FUNCTIONS, "function")],
    validFor: /^[A-Za-z]*\$?$/,
  };
}

// Lines become remarks, behind their numbers, and statements again when they all are remarks.
function remark(view) {
  const { doc, selection } = view.state;
  const { from: first, to, empty } = selection.main;
  const last = empty ? to : to - 1; // a line of which nothing is selected is not meant
  const changes = [];
  let all = true;
  for (let at = doc.lineAt(first); ; at = doc.line(at.number + 1)) {
    const number = /^\s*\d+ ?/.exec(at.text);
    if (number) {
      const from = at.from + number[0].length;
      changes.push(from);
      all &&= doc.sliceString(from, from + 1) === "'";
    }
    if (at.to >= last) break;
  }
  view.dispatch({ changes: changes.map((from) => (all ? { from, to: from + 1 } : { from, insert: "'" })), userEvent: "input" });
  return true;
}

// Many lines that arrive as one text insertion (input methods, voice, automation). The browser would make an element for
// each line, and CodeMirror would read them all back: seconds for a thousand lines, minutes for a long program.
const manyLines = CM.EditorView.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== "insertText" || !event.data?.includes("\n")) return false;
    event.preventDefault();
    const selection = view.root.getSelection();
    const anchor = view.posAtDOM(selection.anchorNode, selection.anchorOffset);
    const head = view.posAtDOM(selection.focusNode, selection.focusOffset);
    const [from, to] = [Math.min(anchor, head), Math.max(anchor, head)];
    const insert = view.state.toText(event.data);
    view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length }, scrollIntoView: true, userEvent: "input.paste" });
    return true;
  },
});

// What is typed at the caret stands before it. On a busy machine Chromium has been seen to tell of a character typed in an
// empty line before it moved its caret; the next ones then came to stand before that one.
const caretAfterTyped = CM.EditorView.inputHandler.of((view, from, to, text) => {
  const { main } = view.state.selection;
  if (view.composing || !text || !main.empty || from !== to || from !== main.head) return false;
  view.dispatch(view.state.replaceSelection(text), { userEvent: "input.type", scrollIntoView: true });
  return true;
});

// One character is one byte in BASIC; and the server keeps no program of more than a million.
const bytesOnly = CM.EditorState.transactionFilter.of((transaction) => {
  if (!transaction.docChanged || transaction.annotation(fromServer)) return transaction;
  if (transaction.newDoc.length > LARGEST) {
    link.emit("notice", `A program may have ${LARGEST.toLocaleString("en")} characters; this would make it longer, and was left out.`);
    return [];
  }
  if (transaction.isUserEvent("undo") || transaction.isUserEvent("redo")) return transaction; // was there before
  const specs = [];
  let altered = false;
  let replaced = false;
  transaction.changes.iterChanges((from, to, _fromB, _toB, inserted) => {
    const text = inserted.toString();
    const insert = plainly(text).replace(/[^\t\n\x20-\x7e\xa0-\xff]/gu, (character) => {
      replaced = true;
      return character < " " ? "" : "?";
    });
    altered ||= insert !== text;
    specs.push({ from, to, insert });
  });
  if (!altered) return transaction;
  if (replaced) link.emit("notice", "BASIC knows only characters of one byte; the others were taken out or became “?”.");
  const changes = transaction.startState.changes(specs);
  const anchor = changes.mapPos(transaction.startState.selection.main.to, 1);
  return { changes, selection: { anchor }, scrollIntoView: true, userEvent: "input.paste" };
});

export default {
  ...Base,
  methods: {
    ...Base.methods,
    setTheme() {}, // colours are CSS variables, so a change of theme never touches CodeMirror

    setupExtensions() {
      const watcher = CM.EditorView.updateListener.of((update) => {
        if (update.docChanged && !update.transactions.some((transaction) => transaction.annotation(fromServer))) link.edit(update.changes);
        if (update.docChanged || update.selectionSet) this.report(update.state);
      });
      const keys = CM.Prec.highest(
        CM.keymap.of([
          { key: "Mod-/", run: remark },
          { key: "Mod-s", run: () => (link.emit("notice", SAVES), true) }, // and not the browser's dialog
          { key: "Mod-Enter", run: () => (link.send("run"), true) },
          // Unless it takes a completion, Enter is a new line and nothing else: no copied indentation.
          { key: "Enter", run: (view) => !document.querySelector(".cm-tooltip-autocomplete") && CM.insertNewline(view) },
        ]),
      );
      return [
        highlighter,
        watcher,
        bytesOnly,
        manyLines,
        caretAfterTyped,
        keys,
        breakpoints,
        CM.basicSetup,
        // No second quote or bracket appears by itself: ' begins a remark, and typed text must stay as typed.
        CM.EditorState.languageData.of(() => [{ autocomplete: complete, closeBrackets: { brackets: [] } }]),
        CM.keymap.of([CM.indentWithTab]),
        CM.EditorView.contentAttributes.of({
          "aria-label": "Program",
          "aria-multiline": "true",
          spellcheck: "false",
          autocapitalize: "off",
          autocorrect: "off",
        }),
        this.userKeymapConfig.of([]),
        this.themeConfig.of([]),
        this.languageConfig.of([]),
        this.editableConfig.of([]),
        this.lineWrappingConfig.of([]),
        CM.EditorView.theme({ "&": { height: "100%" }, ".cm-scroller": { overflow: "auto" } }),
      ];
    },

    report(state) {
      const head = state.selection.main.head;
      const line = state.doc.lineAt(head);
      link.emit("cursor", { line: line.number, column: head - line.from + 1, lines: state.doc.lines - !state.doc.line(state.doc.lines).length, length: state.doc.length });
    },

    // What link.js needs of an editor. `base` is the server's document at `revision`; the view is ahead by link.edits().
    partner() {
      const view = this.editor;
      const partner = {
        revision: -1,
        base: CM.Text.empty,
        apply(specs, revision) {
          const theirs = CM.ChangeSet.of(specs, partner.base.length);
          partner.base = theirs.apply(partner.base);
          partner.revision = revision;
          let changes = theirs;
          for (const item of link.edits()) {
            const ours = item.changes;
            item.changes = ours.map(changes);
            changes = changes.map(ours, true);
          }
          if (!changes.empty) view.dispatch({ changes, annotations: [fromServer.of(true), CM.Transaction.addToHistory.of(false)] });
        },
        welcome(text, revision) {
          const old = partner.base.toString();
          let head = 0;
          let tail = 0;
          const shorter = Math.min(old.length, text.length);
          while (head < shorter && old[head] === text[head]) head++;
          while (tail < shorter - head && old[old.length - 1 - tail] === text[text.length - 1 - tail]) tail++;
          partner.apply({ from: head, to: old.length - tail, insert: text.slice(head, text.length - tail) }, revision);
        },
        remote({ revision, change: [from, to, insert] }) {
          if (revision > partner.revision) partner.apply({ from, to, insert }, revision);
        },
        confirm(changes, revision = partner.revision) {
          partner.base = changes.apply(partner.base);
          partner.revision = revision;
        },
        revert() {
          const changes = { from: 0, to: view.state.doc.length, insert: partner.base };
          view.dispatch({ changes, annotations: [fromServer.of(true), CM.Transaction.addToHistory.of(false)] });
        },
        text: () => view.state.doc.toString(),
        // A whole program, as if it was typed: Undo brings back what was there.
        take(text) {
          view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, userEvent: "input.paste" });
          view.focus();
        },
        keep() {
          const { anchor, head } = view.state.selection.main;
          const { scrollTop: top, scrollLeft: left } = view.scrollDOM;
          return { anchor, head, top, left, focus: view.hasFocus };
        },
        restore({ anchor, head, top, left, focus }) {
          const { length } = view.state.doc;
          view.dispatch({ selection: { anchor: Math.min(anchor, length), head: Math.min(head, length) } });
          if (focus) view.focus();
          requestAnimationFrame(() => view.scrollDOM.scrollTo(left, top));
        },
        // Edits that the server's document has lost are local ones again; false when others came between them.
        reopen(entries) {
          const texts = entries.map(({ before, changes }) => changes?.apply(before));
          const unbroken = texts.every((text, i) => text?.eq(entries[i + 1]?.before ?? partner.base));
          if (!unbroken) return null;
          partner.base = entries[0].before;
          return entries.map((entry) => entry.changes).reduce((all, changes) => all.compose(changes));
        },
        readsKeys: () => /INKEY\$|INPUT\$/i.test(view.state.doc.toString()),
        cut: cutChanges,
      };
      return partner;
    },
  },

  async mounted() {
    await Base.mounted.call(this);
    link.on("state", (state) => {
      if (state.phase === "connecting" || this.welcomed) return;
      this.welcomed = true;
      document.documentElement.classList.add("mb-live");
      this.report(this.editor.state);
    });
    follow(this.editor);
    link.join("editor", this.partner());
  },
};

// [first piece, the rest or null] of changes whose inserted text is too long for one message.
function cutChanges(changes, size) {
  const list = [];
  changes.iterChanges((from, to, _fromB, _toB, insert) => list.push({ from, to, insert }));
  const total = list.reduce((sum, change) => sum + change.insert.length, 0);
  if (total <= size) return [changes, null];
  const [{ from, to, insert }] = list;
  const taken = Math.min(insert.length, size);
  const first = CM.ChangeSet.of({ from, to, insert: insert.slice(0, taken) }, changes.length);
  const rest = [{ from: from + taken, insert: insert.slice(taken) }];
  for (const change of list.slice(1)) rest.push({ from: first.mapPos(change.from, 1), to: first.mapPos(change.to, 1), insert: change.insert });
  return [first, CM.ChangeSet.of(rest, first.newLength)];
}
