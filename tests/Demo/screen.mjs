/** The runs as a table that is drawn over itself; where there is no terminal, a line for each change. */
export class Screen {
  #out; #stories; #describe; #height = 0; #began = Date.now(); #last = new Map();

  constructor(out, stories, describe) {
    this.#out = out;
    this.#stories = stories;
    this.#describe = describe;
    if (out.isTTY) out.write("\x1b[?25l");
  }

  note(story, text) {
    if (!this.#out.isTTY) this.#say(story, text);
  }

  draw() {
    const rows = this.#stories.map(story => [story, this.#row(story)]);
    if (!this.#out.isTTY) {
      for (const [story, row] of rows) {
        const line = row.slice(1).filter(Boolean).join(", ");
        if (line && this.#last.get(story) !== line) this.#say(story, line);
        this.#last.set(story, line);
      }
      return;
    }

    const table = [["RUN", "STATE", "HEALTH", "PROGRESS", "WAITS FOR", "ATTENTION"], ...rows.map(([, row]) => row)];
    const widths = table[0].map((_, column) => Math.max(...table.map(row => row[column].length)));
    const columns = this.#out.columns || 120;
    const lines = table.flatMap((row, index) => {
      const line = row.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd().slice(0, columns - 1);
      const did = index > 0 ? this.#stories[index - 1].did.at(-1) : undefined;
      return did ? [line, `\x1b[90m${`  ${did}`.slice(0, columns - 1)}\x1b[0m`] : [line];
    });
    this.#out.write(`${this.#height ? `\x1b[${this.#height}A` : ""}\x1b[J${lines.join("\n")}\n`);
    this.#height = lines.length;
  }

  end() {
    if (this.#out.isTTY) this.#out.write("\x1b[?25h");
  }

  #say(story, text) {
    this.#out.write(`${((Date.now() - this.#began) / 1000).toFixed(0).padStart(3)} s  ${story.name}: ${text}\n`);
  }

  #row(story) {
    const { run } = story;
    if (!run) return [story.name, story.verdict ? "" : "preparing", "", "", "", ""];
    const { severity, line } = run.attention ?? {};
    return [
      story.name,
      this.#describe(run),
      run.ended ? "" : run.health.verdict,
      run.progress.totalIterations > 0 ? `iteration ${run.progress.totalIterations}` : "",
      waitsFor(run),
      line && (severity !== "info" || run.state === "awaiting_approval") ? `${severity}: ${line}` : "",
    ];
  }
}

function waitsFor(run) {
  const open = run.openIntents[0];
  if (open) return `${open.verb} ${open.status}`;
  switch (run.state) {
    case "awaiting_approval": return "a decision";
    case "awaiting_relaunch": return "its next launch";
    case "paused": return "resume";
    default: return "";
  }
}
