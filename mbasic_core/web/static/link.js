// The page's one conversation with the server. Inputs leave in order, one at a time and numbered, and are kept until they
// are in a record that the store accepted (and a while longer: a store may fall back to an older state). After a lost
// connection the server says which it has, and gets the others again under the same numbers.

import { crc32, listing, randomId } from "mbasic-codes";
import { put, take } from "mbasic-kept";
import { stage } from "mbasic-transfer";

const PATIENCE = 10_000; // ms for an answer
const KEEP = 60_000; // ms that acknowledged inputs are kept
const PIECE = 100_000; // characters of one edit; a socket message may not exceed a million bytes
const GONE = "This page showed a session that the store no longer has: it was lost there, or deleted. This is a new one.";
const ELSEWHERE = "This session was begun anew elsewhere; what was typed here last is not in it.";
const LOST = "What was typed here while the connection was away could not be applied.";
const AWAY = "The server is away. What you type is kept, and goes on its way when it is back.";
const [LEFTOVER, VIEW, OFFER] = ["mbasic.journal", "mbasic.view", "mbasic.offer"]; // in the tab
const TIME = 13; // characters of a root that hold the time; they change once, when a session is first stored

class Link {
  constructor() {
    this.queue = [];
    this.sending = null;
    this.forget();
    Object.assign(this, take(LEFTOVER));
    this.view = take(VIEW); // what the page before this one in the tab showed
    this.gone = take(OFFER); // {text, program} of a session that is gone, until the user has seen to it
    this.live = false;
    this.waiting = new Set(); // requests without an answer yet
    this.state = { phase: "connecting", prompt: null, saved: "", notices: [] };
    this.editor = null; // both join once they are drawn: nothing may come before
    this.terminal = null;
    this.handlers = {};
    window.addEventListener("mbasic-socket", (event) => this.attach(event.detail));
    window.addEventListener("pagehide", () => this.leave());
  }

  // Events: state(state), variables(rows), files({rows, used, quota}), output({start, text, redraw}), trouble(trouble or null),
  // notice(text), gone({text, program}), back(), sent(kind), refused(kind), tab(name)
  on(event, handler) {
    (this.handlers[event] ??= []).push(handler);
    if (event === "state") handler(this.state);
    if (event === "gone" && this.gone.text) handler(this.gone);
  }

  emit(event, detail) {
    for (const handler of this.handlers[event] ?? []) handler(detail);
  }

  join(part, object) {
    this[part] = object;
    if (this.socket?.connected) this.hello();
  }

  send(kind, text = "") {
    const last = this.queue.at(-1);
    if (kind === "keys" && last?.kind === "keys") last.text += text;
    else this.queue.push({ kind, text });
    this.emit("sent", kind);
    if (this.live && (kind === "run" || kind === "line")) this.show({ ...this.state, phase: "running", prompt: "keys" });
    this.pump();
  }

  // Change the disk, or load from it: {kind, name, text, replace}. Resolves to the server's answer, in the end: null when
  // the connection was lost meanwhile, so that only the list of files can tell.
  disk(item) {
    return new Promise((done) => {
      this.queue.push({ text: "", ...item, done });
      if (item.kind === "load") this.emit("sent", item.kind);
      this.pump();
    });
  }

  edit(changes) {
    const last = this.queue.at(-1);
    if (last?.kind === "edit") last.changes = last.changes.compose(changes);
    else this.queue.push({ kind: "edit", changes });
    if (this.state.saved === "saved") this.show(this.state);
    this.pump();
  }

  // The local edits that the server's document lacks, in order; a change from elsewhere is carried over them.
  edits() {
    return [this.sending, ...this.queue].filter((item) => item?.kind === "edit");
  }

  drawn(end) {
    if (this.live) this.socket.emit("mbasic_drawn", end);
  }

  attach(socket) {
    this.socket = socket;
    socket.on("connect", () => this.hello());
    socket.on("disconnect", () => {
      this.live = false;
      for (const abandon of this.waiting) abandon();
      this.show({ ...this.state, phase: "reconnecting", saved: "" });
      setTimeout(() => {
        if (socket.connected || this.away) return;
        this.away = true;
        this.emit("trouble", { text: AWAY, over: true });
      }, 700);
    });
    socket.on("mbasic_frame", (frame) => this.live && this.receive(frame));
    if (socket.connected) this.hello();
  }

  // The answer, or null when there is none.
  request(event, data) {
    return new Promise((resolve) => {
      const done = (answer) => this.waiting.delete(abandon) && resolve(answer);
      const abandon = () => done(null);
      this.waiting.add(abandon);
      this.socket.timeout(PATIENCE).emit(event, data, (error, answer) => done(error ? null : answer));
    });
  }

  async hello() {
    if (this.greeting || !this.editor || !this.terminal) return;
    this.greeting = true;
    this.live = false;
    const { tab, root, life, stored } = this;
    const answer = await this.request("mbasic_hello", { tab, root, life, unbegun: !stored });
    this.greeting = false;
    if (answer && !answer.trouble) this.welcome(answer);
    else if (this.socket.connected) {
      if (answer) this.emit("trouble", answer);
      setTimeout(() => !this.live && this.socket.connected && this.hello(), answer?.trouble === "refused" ? 250 : 1500);
    }
  }

  welcome(answer) {
    this.emit("trouble", null);
    if (this.root !== undefined && answer.applied === null) {
      this.mourn(this.welcomed ? this.editor.text() : this.view?.text, this.stored, this.unsaved());
      this.root = undefined;
      this.view = null;
      this.forget();
      return this.hello();
    }
    answer.applied ??= 0;
    this.welcomed = true;
    const anew = this.root === undefined;
    [this.root, this.life] = [answer.state.root, answer.state.life];
    this.acknowledge(answer.state);
    this.again = this.missing(answer);
    if (this.again.length) {
      this.live = true;
      return this.pump();
    }
    this.settleSending(answer.applied);
    this.n = Math.max(this.n, answer.applied);
    this.live = true;
    this.reopen();
    this.editor.welcome(answer.text, answer.revision);
    this.emit("output", { ...answer.output, anew });
    if (this.view?.root && (this.view.root.slice(TIME) !== this.root.slice(TIME) || this.view.life !== this.life)) {
      this.mourn(this.view.text, this.view.stored);
    } else if (this.view?.root) {
      for (const part of ["editor", "terminal"]) this[part].restore(this.view[part]);
    }
    this.view = null;
    if (this.away) this.emit("back");
    this.away = false;
    this.emit("variables", answer.variables);
    this.emit("files", answer.files);
    this.show(answer.state);
    this.pump();
  }

  // The session that this page showed is gone; its program, as this browser has it, is offered.
  mourn(program, stored, unsaved) {
    if (!stored && !program && !unsaved) return;
    this.offer(stored ? GONE : ELSEWHERE, program || this.gone.program);
  }

  offer(text, program) {
    this.gone = { text, program };
    this.emit("gone", this.gone);
  }

  // The user has seen to what is gone.
  bury() {
    this.gone = {};
  }

  missing({ applied }) {
    const entries = this.journal.filter((entry) => entry.n > applied);
    if (!entries.length || entries[0].n === applied + 1) return entries;
    this.forget();
    this.emit("notice", "The server lost some of the last inputs; please check the program.");
    setTimeout(() => this.hello());
    return [];
  }

  // After a lost answer: the input under way either arrived, or is sent again by its number.
  settleSending(applied) {
    const item = this.sending;
    if (!item) return;
    this.sending = null;
    if (item.n > applied) this.queue.unshift(item);
    else if (item.kind === "edit") this.editor.confirm(item.changes);
    else item.done?.(null);
  }

  // Edits that the server once took, and that it could not take again: their places are found anew.
  reopen() {
    if (!this.lost.length) return;
    const changes = this.editor.reopen(this.lost);
    this.lost = [];
    if (changes) this.queue.unshift({ kind: "edit", changes });
    else this.offer(LOST, this.view?.text ?? this.editor.text());
  }

  // Begin as a tab that has sent nothing yet; the editor goes back to what the server has.
  forget() {
    if (this.edits().length) this.editor.revert();
    for (const item of [this.sending, ...this.queue]) item?.done?.(null);
    this.tab = randomId();
    this.n = 0; // the last number given
    this.queue = []; // not sent yet: {kind, text}, {kind: "edit", changes}, or what disk() is given
    this.sending = null; // the one under way, or whose answer was lost
    this.journal = []; // sent: {n, message, since}
    this.again = []; // entries of the journal that the server does not have
    this.lost = []; // those of them that it can no longer take as they were
    this.stored = false; // whether anything of the session is known to have been stored
  }

  async pump() {
    if (this.pumping) return;
    this.pumping = true;
    while (this.live && (await (this.again.length ? this.repeat() : this.step())));
    this.pumping = false;
  }

  async repeat() {
    const entry = this.again[0];
    if (entry.before) entry.crc ??= crc32(entry.before.toString());
    const answer = await this.deliver({ ...entry.message, crc: entry.crc, again: true });
    if (!answer || answer.outcome === "lost") return this.retry();
    this.again.shift();
    const item = this.sending?.n === entry.n ? this.sending : null;
    if (answer.outcome === "stale" && !item) this.lost.push(entry);
    else if (answer.outcome === "denied" && !item) this.emit("notice", answer.problem);
    else if (!["applied", "denied", "duplicate", "stale"].includes(answer.outcome)) {
      this.emit("notice", "Something typed while the connection was away could not be applied; please check the program.");
      this.forget();
      this.emit("refused", entry.message.kind);
    }
    if (item && this.sending) {
      this.sending = null;
      if (answer.outcome === "stale") this.queue.unshift(item);
      else if (item.kind === "edit") this.editor.confirm(item.changes);
      else item.done?.(answer.outcome === "duplicate" ? null : answer);
    }
    if (this.again.length) return true;
    this.live = false; // what comes now may build on what this page does not have; the next welcome says it all
    setTimeout(() => this.hello());
    return false;
  }

  async step() {
    const item = this.take();
    if (!item) return false;
    this.sending = item;
    const message = this.number(item);
    this.journal.push({ n: message.n, message, since: 0, changes: item.changes, before: item.changes && this.editor.base });
    const answer = await this.deliver(message);
    if (!answer || answer.outcome === "lost") return this.retry();
    if (this.sending !== item) return true; // begun anew meanwhile
    this.settle(item, message, answer);
    return true;
  }

  // The answer to an input. The bytes of a file go before it, once the server has said that it lacks them.
  async deliver({ data, ...message }) {
    const answer = await this.request("mbasic_input", message);
    if (answer?.outcome !== "unstaged" || !(await stage(this, { ...message, data }))) return answer;
    return this.request("mbasic_input", message);
  }

  number(item, revision = this.editor.revision) {
    const message = { tab: this.tab, n: ++this.n, root: this.root, life: this.life, kind: item.kind };
    item.n = message.n;
    if (item.kind !== "edit") {
      const { text, name, replace, upload, size, data } = item;
      return { ...message, text, name, replace, upload, size, data };
    }
    return { ...message, revision, changes: listing(item.changes) };
  }

  settle(item, message, answer) {
    const { outcome } = answer;
    if (answer.files) this.emit("files", answer.files);
    if (outcome === "applied" || outcome === "duplicate") {
      this.sending = null;
      if (item.kind === "edit") {
        this.editor.confirm(item.changes, answer.revision);
        if (answer.revision !== message.revision + 1) this.hello();
      }
      item.done?.(answer);
    } else if (outcome === "denied") {
      this.sending = null;
      item.done?.(answer);
    } else if (outcome === "stale" && answer.revision === message.revision) {
      // The server cannot take it at all (too large a program); a notice of the session says so.
      this.queue = this.queue.filter((other) => other.kind !== "edit");
      this.sending = null;
      this.editor.revert();
    } else if (outcome === "stale") {
      // Another page's change came first: ours is carried over it and tried again.
      if (answer.document) this.editor.remote(answer.document); // else a frame has brought it
      this.sending = null;
      this.queue.unshift(item);
      message.revision = -1; // should it be sent again, it only takes its number
      this.emit("notice", "Someone else edited this program at the same time; both changes were kept.");
    } else {
      this.sending = null;
      this.forget();
      this.emit("refused", item.kind);
      this.emit("notice", answer.problem ?? "The server did not take the last input.");
      this.hello();
    }
    if (answer.state) {
      this.acknowledge(answer.state);
      this.update(answer.state);
    }
  }

  retry() {
    this.live = false;
    if (this.socket.connected) setTimeout(() => this.hello(), 500);
    return false;
  }

  // The next input; an edit too large for one message leaves in pieces.
  take() {
    const item = this.queue.shift();
    if (item?.kind !== "edit") return item;
    const [first, rest] = this.editor.cut(item.changes, PIECE);
    if (!rest) return item;
    this.queue.unshift({ kind: "edit", changes: rest });
    return { kind: "edit", changes: first };
  }

  receive(frame) {
    if (this.again.length) return; // the next welcome says it all
    if (frame.reset) return void this.hello();
    if (frame.document) this.editor.remote(frame.document);
    if (frame.output) this.emit("output", frame.output);
    if (frame.variables) this.emit("variables", frame.variables);
    if (frame.files) this.emit("files", frame.files);
    if (frame.state) {
      this.acknowledge(frame.state);
      this.update(frame.state);
    }
  }

  // A frame and an answer may overtake one another; the server counts the states that it shows.
  update(state) {
    if (!(state.serial <= this.state.serial)) this.show(state);
  }

  show(state) {
    this.state = state.saved === "saved" && this.unsaved() ? { ...state, saved: "saving" } : state;
    this.emit("state", this.state);
  }

  // Whether something of this page is not in a record yet.
  unsaved() {
    return this.queue.length > 0 || this.sending !== null || this.journal.some((entry) => !entry.since);
  }

  acknowledge({ acknowledged, stored }) {
    const now = performance.now();
    this.stored ||= stored;
    for (const entry of this.journal) if (entry.n <= acknowledged) entry.since ||= now;
    this.journal = this.journal.filter((entry) => !entry.since || now - entry.since < KEEP);
  }

  // The page is reloaded or closed: the next page in this tab takes over its name, what the store does not have yet, and
  // what was being looked at.
  leave() {
    if (this.gone.text) put(OFFER, this.gone);
    if (this.root === undefined) return;
    const journal = this.journal.filter((entry) => !entry.since).map(({ n, message, before, crc }) => ({ n, message, since: 0, crc: before ? crc32(before.toString()) : crc }));
    let revision = (this.editor?.revision ?? -1) + (this.sending?.kind === "edit" ? 1 : 0);
    for (const item of this.queue.splice(0)) {
      const message = this.number(item, revision);
      if (item.kind === "edit") revision += 1;
      journal.push({ n: message.n, message, since: 0 });
    }
    const { tab, n, root, life, stored } = this;
    if (journal.length) put(LEFTOVER, { tab, n, root, life, stored, journal });
    if (this.welcomed) put(VIEW, { root, life, stored, text: this.editor.text(), editor: this.editor.keep(), terminal: this.terminal.keep() });
  }
}

export default new Link();
