// The strip above a pane: what is in it, and how much.
import link from "mbasic-link";

export default {
  template: `<div class="strip"><span class="cur">{{ title }}</span><span>{{ note }}</span></div>`,
  props: { title: String, shows: String },

  data() {
    return { note: "" };
  },

  mounted() {
    if (this.shows === "lines") link.on("cursor", ({ lines, length }) => (this.note = length ? `${lines} ${lines === 1 ? "line" : "lines"}` : "empty"));
    else link.on("size", ({ cols, rows }) => (this.note = `${cols}×${rows}`));
  },
};
