// The line at the foot: where the caret is, and how the session is doing.
import link from "mbasic-link";

export default {
  template: `
    <footer class="stat">
      <span>Ln {{ line }} · Col {{ column }}</span>
      <span class="hide-small">{{ size }}</span>
      <span class="gap"></span>
      <span class="session" :class="kind" role="status" aria-label="Session"><b aria-hidden="true">●</b> {{ phase }}<template v-if="saved"> · live · {{ saved }}</template></span>
    </footer>`,

  data() {
    return { line: 1, column: 1, length: 0, phase: "connecting", saved: "" };
  },

  computed: {
    kind() {
      return { worry: !this.saved || this.saved === "not saved" };
    },
    size() {
      return `${this.length.toLocaleString("en")} ${this.length === 1 ? "byte" : "bytes"}`;
    },
  },

  mounted() {
    link.on("state", ({ phase, saved }) => Object.assign(this, { phase, saved }));
    link.on("cursor", ({ line, column, length }) => Object.assign(this, { line, column, length }));
  },
};
