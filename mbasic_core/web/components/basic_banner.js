// What the user must know: trouble that lasts (with a download where there is one), and passing notices.
import link from "mbasic-link";
import { bytes, saveAs } from "mbasic-files";

const PASSING = 8000; // ms
const BRIEF = 3000;
const BACK = "The server is back.";
const NO_COOKIES = "This page finds your session by a cookie, and this browser blocks them: allow cookies for this address.";

// The session's own cookie is not for scripts to see, so one is tried.
const keepsCookies = () => {
  document.cookie = "mbasic_try=1; SameSite=Lax";
  const kept = document.cookie.includes("mbasic_try");
  document.cookie = "mbasic_try=; Max-Age=0; SameSite=Lax";
  return kept;
};

export default {
  template: `
    <div class="banners">
      <div v-for="item in lasting" :key="item.text + item.record" class="banner" :class="{ over: item.over }" role="alert">
        <span>{{ item.text }}</span>
        <a v-if="item.record" :href="'/damaged/' + item.record" download>Download what was stored</a>
        <button v-if="item.read" type="button" aria-label="Dismiss" @click="dismiss(item)">✕</button>
      </div>
      <div v-if="gone && (gone.program || !gone.explained)" class="banner" :role="gone.explained ? 'group' : 'alert'" aria-label="Program">
        <span><template v-if="!gone.explained">{{ gone.text }}</template><template v-if="gone.program"> This browser still has the program that was here.</template></span>
        <span v-if="gone.program" class="offers">
          <button type="button" class="offer" @click="restore">Put it into the editor</button>
          <button type="button" class="offer" @click="download">Download it</button>
        </span>
        <button type="button" aria-label="Dismiss" @click="bury">✕</button>
      </div>
      <div v-if="good && !gone" class="banner good over" role="status" aria-label="Connection">{{ good }}</div>
      <div v-if="passing" class="banner passing" role="alert">
        <span>{{ passing }}</span>
        <button type="button" aria-label="Dismiss" @click="passing = ''">✕</button>
      </div>
    </div>`,

  data() {
    return { trouble: null, gone: null, notices: [], passing: "", good: "" };
  },

  computed: {
    lasting() {
      return [...(this.trouble ? [this.trouble] : []), ...this.notices];
    },
  },

  methods: {
    dismiss({ text, record }) {
      link.socket.emit("mbasic_dismiss", { text, record });
    },
    restore() {
      link.editor.take(this.gone.program);
      this.bury();
    },
    explain() {
      this.gone.explained = link.gone.explained = true;
    },
    bury() {
      this.gone = null;
      link.bury();
    },
    download() {
      saveAs("PROGRAM.BAS", [bytes(this.gone.program)]);
    },
  },

  mounted() {
    if (!keepsCookies()) this.trouble = { text: NO_COOKIES };
    link.on("trouble", (trouble) => (this.trouble = trouble?.text ? trouble : null));
    link.on("state", ({ notices, saved }) => {
      if (this.gone && notices?.some(({ record }) => record)) this.explain(); // in words of its own
      // The first one explains "not saved" and stays as long as that does.
      this.notices = (notices ?? []).map((notice, i) => ({ ...notice, read: i > 0 || saved !== "not saved" }));
    });
    link.on("gone", (gone) => (this.gone = { explained: false, ...gone }));
    link.on("back", () => {
      this.good = BACK;
      setTimeout(() => (this.good = ""), BRIEF);
    });
    link.on("notice", (text) => {
      this.passing = text;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => (this.passing = ""), PASSING);
    });
  },
};
