// The panel below the terminal: one pane at a time, chosen by its tab. On a narrow screen it is a sheet that can be closed.
import link from "mbasic-link";

export default {
  template: `
    <div class="panel" :class="{ open }" @keydown.esc="close">
      <div class="strip">
        <div class="tabs" role="tablist" aria-label="Panels">
          <button v-for="{ name, title } in tabs" :key="name" type="button" role="tab" :id="'tab-' + name" :aria-label="title" :aria-controls="panes[name]"
            :aria-selected="name === chosen ? 'true' : 'false'" :tabindex="name === chosen ? 0 : -1" @click="choose(name)" @keydown="move">
            {{ title }}<i v-if="counts[name]">{{ counts[name] }}</i>
          </button>
        </div>
        <button class="close" type="button" aria-label="Close" @click="close">✕</button>
      </div>
      <slot></slot>
    </div>`,
  props: { tabs: Array },

  data() {
    return { chosen: this.tabs[0].name, counts: {}, panes: {}, open: false };
  },

  mounted() {
    for (const { name, title } of this.tabs) this.panes[name] = this.$el.querySelector(`[role=tabpanel][aria-label="${title}"]`)?.id;
    link.on("variables", (rows) => (this.counts.variables = rows.length));
    link.on("files", ({ rows }) => (this.counts.files = rows.length));
    link.on("tab", (name) => {
      this.chosen = name;
      this.open = true;
      this.$nextTick(() => this.focus());
    });
  },

  methods: {
    choose(name) {
      if (name !== this.chosen) link.emit("tab", name);
    },
    focus() {
      document.getElementById("tab-" + this.chosen)?.focus();
    },
    move(event) {
      const at = this.tabs.findIndex(({ name }) => name === this.chosen);
      const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: -1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      this.choose(this.tabs.at(to % this.tabs.length).name);
    },
    close() {
      if (this.open) document.querySelector(".bar [aria-label=Files]")?.focus();
      this.open = false;
    },
  },
};
