// The files on the session's disk: listed, uploaded (also dropped anywhere on the page), downloaded, renamed, deleted, loaded.
// Nothing is replaced, deleted or loaded over a program without being asked for it a second time.
import link from "mbasic-link";
import { read, write } from "mbasic-transfer";
import { count, saveAs, shortName, valid } from "mbasic-files";

const RULE = "A name has up to eight characters, and up to three after a point: A-Z, 0-9 and signs.";
const ICONS = {
  download: "M7.25 2h1.5v6l2.2-2.2 1.05 1.05L8 10.9 4 6.85 5.05 5.8 7.25 8zM3 12h10v1.5H3z",
  rename: "M11.3 2.3l2.4 2.4-8 8L2.5 13.5l.8-3.2zM3 14.5h10V15H3z",
  delete: "M6 2h4l.5 1H13v1.5H3V3h2.5zM4 5.5h8l-.6 8.5H4.6z",
};

export default {
  template: `
    <div v-show="shown" class="rows files" role="tabpanel" aria-label="Files">
      <div class="files-head">
        <button class="upload" type="button" aria-label="Upload…" :disabled="!quota" @click="$refs.pick.click()">
          <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M7.25 10.5V4.85L5.05 7 4 5.95 8 2l4 3.95L10.95 7l-2.2-2.15v5.65zM3 12h10v1.5H3z" /></svg>Upload…
        </button>
        <input ref="pick" type="file" multiple hidden aria-label="Files to upload" @change="picked" />
        <span v-if="quota" class="usage"><meter :value="used" :max="quota" aria-label="Disk in use"></meter> {{ used.toLocaleString("en") }} of {{ size(quota) }}</span>
      </div>
      <p v-for="problem in problems" :key="problem" class="problem" role="alert">
        <span>{{ problem }}</span><button type="button" aria-label="Dismiss" @click="problems = problems.filter((other) => other !== problem)">✕</button>
      </p>
      <p class="said" role="status" aria-label="Disk">{{ said }}</p>
      <form v-for="item in asked" :key="item.id" class="ask" @submit.prevent="accept(item)" @keydown.esc.stop="refuse(item)">
        <template v-if="item.file">
          <label :for="'name-' + item.id">{{ item.file.name }}</label>
          <input :id="'name-' + item.id" v-model="item.name" maxlength="12" autocomplete="off" spellcheck="false" aria-label="Name on the disk"
            :aria-invalid="fit(item.name) ? 'false' : 'true'" :aria-describedby="'why-' + item.id" @input="item.name = item.name.toUpperCase()" />
          <button class="go" type="submit" :disabled="!fit(item.name)" :aria-label="taken(item.name) ? 'Replace' : 'Upload'">{{ taken(item.name) ? "Replace" : "Upload" }}</button>
          <button type="button" aria-label="Leave out" @click="refuse(item)">Leave out</button>
          <small :id="'why-' + item.id">{{ why(item) }}</small>
        </template>
        <template v-else>
          <span>{{ item.question }}</span>
          <button class="go" type="submit" :aria-label="item.yes">{{ item.yes }}</button>
          <button type="button" :aria-label="item.no" @click="refuse(item)">{{ item.no }}</button>
        </template>
      </form>
      <table v-if="rows.length" class="vars">
        <thead><tr><th>Name</th><th class="number">Size</th><th>Kind</th><th><span class="b-only-heard">Actions</span></th></tr></thead>
        <tbody>
          <tr v-for="[name, length, kind, open] in rows" :key="name" :data-file="name">
            <td v-if="renamed !== name">{{ name }}</td>
            <td v-else>
              <form class="rename" @submit.prevent="rename(name)" @keydown.esc.stop="leave(name)">
                <input v-model="draft" maxlength="12" autocomplete="off" spellcheck="false" :aria-label="'New name for ' + name"
                  :aria-invalid="fit(draft) ? 'false' : 'true'" :title="rule" @input="draft = draft.toUpperCase()" @blur="leave(name)" />
              </form>
            </td>
            <td class="number">{{ length.toLocaleString("en") }}</td>
            <td>{{ kind }}<b v-if="open" title="The program has it open: it can be changed when it is closed"> · open</b></td>
            <td class="acts">
              <button v-if="program(name)" class="load" type="button" :disabled="!direct" :aria-label="'Load ' + name" :title="direct ? 'Load it into the editor' : 'Stop the program to load another'" @click="askToLoad(name)">Load</button>
              <button type="button" :aria-label="'Download ' + name" title="Download" @click="download(name)"><svg viewBox="0 0 16 16" aria-hidden="true"><path :d="icons.download" /></svg></button>
              <button type="button" data-act="rename" :disabled="open" :aria-label="'Rename ' + name" title="Rename" @click="begin(name)"><svg viewBox="0 0 16 16" aria-hidden="true"><path :d="icons.rename" /></svg></button>
              <button type="button" :disabled="open" :aria-label="'Delete ' + name" title="Delete" @click="askToDelete(name)"><svg viewBox="0 0 16 16" aria-hidden="true"><path :d="icons.delete" /></svg></button>
            </td>
          </tr>
        </tbody>
      </table>
      <p v-else-if="quota">Nothing on the disk yet. Programs put files here with OPEN and SAVE; drop some on the page, or upload them.</p>
      <div v-if="dropping" class="dropping" aria-hidden="true"><span>Drop files to put them on the disk</span></div>
    </div>`,

  data() {
    return { shown: false, rows: [], quota: 0, used: 0, direct: false, said: "", problems: [], asked: [], renamed: "", draft: "", dropping: false };
  },

  created() {
    this.icons = ICONS;
    this.rule = RULE;
    this.fit = valid;
    this.size = (number) => count(number, "byte");
    this.ids = 0;
  },

  mounted() {
    link.on("tab", (name) => (this.shown = name === "files"));
    link.on("files", ({ rows, quota, used }) => Object.assign(this, { rows, quota, used }));
    link.on("state", ({ prompt }) => (this.direct = prompt === "direct"));
    // Before the editor, which would take a file for text that is pasted; the browser would leave the page for it.
    this.drops = { dragover: this.hover, dragleave: this.hover, drop: this.dropped };
    for (const [event, handler] of Object.entries(this.drops)) window.addEventListener(event, handler, true);
  },

  beforeUnmount() {
    for (const [event, handler] of Object.entries(this.drops)) window.removeEventListener(event, handler, true);
  },

  methods: {
    taken(name) {
      return this.rows.some((row) => row[0] === name);
    },
    isOpen(name) {
      return this.rows.some((row) => row[0] === name && row[3]);
    },
    program: (name) => name.endsWith(".BAS"),

    // ---- uploads

    picked({ target }) {
      this.upload([...target.files]);
      target.value = "";
    },
    hover(event) {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      event.stopPropagation();
      this.dropping = event.type === "dragover" || event.relatedTarget !== null;
      if (this.dropping && !this.shown) link.emit("tab", "files");
    },
    dropped(event) {
      this.dropping = false;
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      event.stopPropagation();
      this.upload([...event.dataTransfer.files]);
    },

    // A file whose name is one of BASIC's, and new, goes at once; others are asked about.
    async upload(files) {
      this.problems = [];
      const names = new Set(this.rows.map((row) => row[0]));
      const ready = [];
      for (const file of files) {
        const own = file.name.toUpperCase();
        const name = valid(own) ? own : shortName(file.name, names);
        if (file.size > this.quota) this.blame(`${file.name}: Disk full. It has ${this.size(file.size)}, and a disk holds ${this.size(this.quota)}.`);
        else if (name === own && !names.has(name)) ready.push([file, name]);
        else this.ask({ file, name });
        names.add(name);
      }
      for (const [file, name] of ready) await this.send(file, name, false);
    },
    why({ name }) {
      if (!valid(name)) return RULE;
      if (this.isOpen(name)) return `The program has ${name} open: it cannot be replaced now.`;
      return this.taken(name) ? `There is a ${name} already.` : "Names on BASIC's disk have up to eight characters, and up to three after a point.";
    },
    async send(file, name, replace) {
      const former = this.rows.find((row) => row[0] === name)?.[1] ?? 0;
      const room = this.quota - this.used + former;
      if (file.size > room) return this.blame(`${name}: Disk full. It has ${this.size(file.size)}, and there is room for ${room.toLocaleString("en")}.`);
      this.said = `Sending ${name} …`;
      let bytes;
      try {
        bytes = new Uint8Array(await file.arrayBuffer());
      } catch {
        return this.blame(`${file.name} cannot be read by the browser.`);
      }
      if (!this.heard(name, await write(link, name, bytes, replace), `${name} is on the disk: ${this.size(bytes.length)}.`)) return;
      if (this.program(name)) this.askToLoad(name, `${name} is on the disk. Load it into the editor?`, "Not now");
    },

    // ---- files that are there

    async download(name) {
      try {
        saveAs(name, await read(link, name));
        this.said = `${name} is downloaded.`;
      } catch ({ message }) {
        this.blame(message);
      }
    },
    begin(name) {
      this.problems = [];
      [this.renamed, this.draft] = [name, name];
      this.$nextTick(() => this.row(name)?.querySelector("input").select());
    },
    leave(name) {
      if (this.renamed !== name) return;
      this.renamed = "";
      this.focus(name);
    },
    async rename(name) {
      const text = this.draft;
      this.problems = [];
      if (text === name) return this.leave(name);
      if (!valid(text)) return this.blame(`${text}: Bad file name. ${RULE}`);
      this.renamed = "";
      if (this.heard(name, await link.disk({ kind: "rename", name, text }), `${name} is now ${text}.`)) this.focus(text);
      else this.focus(name);
    },
    askToDelete(name) {
      this.ask({ question: `Delete ${name}? It cannot be brought back.`, yes: "Delete", no: "Keep it", about: name, act: () => this.remove(name) });
    },
    async remove(name) {
      this.heard(name, await link.disk({ kind: "delete", name }), `${name} is deleted.`);
      this.$el.querySelector(".upload").focus();
    },
    askToLoad(name, question, no = "Cancel") {
      const text = link.editor.text();
      const lines = text.trim() ? text.trimEnd().split("\n").length : 0;
      const over = lines ? ` It takes the place of the program that is there (${count(lines, "line")}).` : "";
      const act = () => this.load(name);
      if (!question && !over) act();
      else this.ask({ question: (question ?? `Load ${name} into the editor?`) + over, yes: "Load", no, about: name, act });
    },
    async load(name) {
      if (this.heard(name, await link.disk({ kind: "load", name }), `The terminal says how loading ${name} went.`)) this.focus(name);
    },

    // ---- questions and answers

    ask(item) {
      const id = ++this.ids;
      this.asked = [...this.asked.filter((other) => !item.about || other.about !== item.about), { ...item, id }];
      this.$nextTick(() => {
        const form = [...this.$el.querySelectorAll(".ask")].at(item.file ? 0 : -1);
        form?.querySelector("input, button")?.focus();
        form?.scrollIntoView({ block: "nearest" });
      });
    },
    async accept(item) {
      if (item.file && (!valid(item.name) || this.isOpen(item.name))) return this.blame(this.why(item));
      this.settle(item);
      if (item.file) await this.send(item.file, item.name, this.taken(item.name));
      else await item.act();
    },
    refuse(item) {
      this.settle(item);
      this.focus(item.about);
    },
    settle(item) {
      this.asked = this.asked.filter((other) => other.id !== item.id);
      this.$nextTick(() => this.$el.querySelector(".ask input, .ask button")?.focus());
    },
    // What the server said; whether it was done.
    heard(name, answer, done) {
      if (answer?.outcome === "applied") this.said = done;
      else this.blame(answer?.problem ?? `${name}: the connection was lost meanwhile. The list shows what is there.`);
      return answer?.outcome === "applied";
    },
    blame(problem) {
      this.said = "";
      if (!this.problems.includes(problem)) this.problems.push(problem);
      this.$nextTick(() => this.$el.querySelector(".problem")?.scrollIntoView({ block: "nearest" }));
    },
    row(name) {
      return this.$el.querySelector(`[data-file="${CSS.escape(name ?? "")}"]`);
    },
    focus(name) {
      this.$nextTick(() => (this.row(name)?.querySelector("button:enabled") ?? this.$el.querySelector(".upload")).focus());
    },
  },
};
