// The bar: brand, Run, Stop, what the program is doing, theme.
import link from "mbasic-link";

const THEMES = ["paper", "night", "phosphor"];

export default {
  template: `
    <header class="bar">
      <span class="brand" aria-hidden="true"><b>▮</b> MBASIC <i>5.21</i></span>
      <span class="middle">
        <button class="run" type="button" aria-label="Run" title="Run the program (Ctrl+Enter in the editor)" :disabled="!welcomed" @click="run">
          <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M4 2.5v11l9-5.5z" /></svg>Run
        </button>
        <button class="icon" type="button" aria-label="Continue" title="Go on from where the program stopped (F8 in the editor)" :disabled="stopped === null" @click="goOn">
          <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M2.5 3h2.5v10H2.5zM6.5 3l7 5-7 5z" /></svg>
        </button>
        <button class="icon" type="button" aria-label="Stop" title="Stop the program (Ctrl+C in the terminal)" :class="{ idle }" :disabled="!welcomed" @click="stop">
          <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M3 3h10v10H3z" /></svg>
        </button>
        <span class="chip" :class="{ on: !idle }" aria-hidden="true"><b>●</b> {{ phase }}</span>
      </span>
      <span class="right">
      <button class="icon" type="button" aria-label="Files" title="Files: upload, download" @click="files">
        <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M1.5 3.5A1.5 1.5 0 0 1 3 2h3.1c.4 0 .8.2 1.1.4L8.3 3.5H13A1.5 1.5 0 0 1 14.5 5v7.5A1.5 1.5 0 0 1 13 14H3a1.5 1.5 0 0 1-1.5-1.5zM3 6.5v6h10v-6z" /></svg>
      </button>
      <button class="icon" type="button" :aria-label="'Theme: ' + theme" :title="'Theme: ' + theme" @click="turn">
        <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1m0 1.5v11a5.5 5.5 0 0 1 0-11" /></svg>
      </button>
      </span>
    </header>`,

  data() {
    return { phase: "connecting", stopped: null, welcomed: false, theme: document.documentElement.dataset.theme };
  },

  computed: {
    idle() {
      return this.phase !== "running" && this.phase !== "waiting for INPUT";
    },
  },

  mounted() {
    link.on("state", ({ phase, stopped = null }) => {
      this.phase = phase;
      this.stopped = phase === "stopped" || phase === "ready" ? stopped : null;
      this.welcomed ||= phase !== "connecting";
    });
  },

  methods: {
    run() {
      link.send("run");
      document.querySelector(".b-term textarea")?.focus();
    },
    files() {
      link.emit("tab", "files");
    },
    goOn() {
      link.send("continue");
      document.querySelector(".b-term textarea")?.focus();
    },
    stop() {
      link.send("stop");
    },
    turn() {
      this.theme = THEMES[(THEMES.indexOf(this.theme) + 1) % THEMES.length];
      document.documentElement.dataset.theme = this.theme;
      localStorage.setItem("mbasic.theme", this.theme);
      window.dispatchEvent(new Event("mbasic-theme"));
    },
  },
};
