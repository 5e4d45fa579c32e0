// The program's variables, as they were when it last rested; what changed since the rest before is marked.
import link from "mbasic-link";

export default {
  template: `
    <div v-show="shown" class="rows" :class="{ stale: running }" role="tabpanel" aria-label="Variables" tabindex="0">
      <table v-if="rows.length" class="vars">
        <thead><tr><th>Name</th><th>Type</th><th>Value</th></tr></thead>
        <tbody>
          <tr v-for="[name, type, value] in rows" :key="name" :class="{ changed: changed.has(name) }">
            <td>{{ name }}</td><td>{{ type }}</td><td>{{ value }}</td>
          </tr>
        </tbody>
      </table>
      <p v-else>They appear here when a program has run.</p>
    </div>`,

  data() {
    return { shown: true, rows: [], changed: new Set(), running: false };
  },

  mounted() {
    link.on("tab", (name) => (this.shown = name === "variables"));
    link.on("state", ({ phase }) => (this.running = phase === "running"));
    link.on("variables", (rows) => {
      const before = new Map(this.rows.map(([name, , value]) => [name, value]));
      const isNew = ([name, , value]) => before.get(name) !== value;
      this.changed = new Set(this.rows.length ? rows.filter(isNew).map(([name]) => name) : []);
      this.rows = rows;
    });
  },
};
