// Several Loop Runs at once, each with its own story, on a manager that the launcher started. Ends with 0 only if every story
// ended as it should: it is a proof and not a show. Started by `./ops demo`, which also cleans up behind it.
import { spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeReal } from "./real-runtime.mjs";
import { Screen } from "./screen.mjs";

const need = name => process.env[name] ?? fail(`${name} is not set; start this with ./ops demo`);
const fail = message => { console.error(`ops: ${message}`); process.exit(1); };

const folder = need("OPS_DEMO_FOLDER"), simulator = need("OPS_DEMO_SIMULATOR"), ports = need("OPS_DEMO_PORTS").split(" ");
const real = process.env.OPS_DEMO_SUPERLOOP || undefined;
const base = need("OPS_BASE_URL"), key = need("OPS_KEY");
const loop = "demo-loop";

// Inside a sprite nobody holds a key of the manager.
const { OPS_KEY, OPS_MASTER_KEY, AzureWebJobsStorage, ...insideSprite } = process.env;

// Far above what it takes, for machines that are busy. A real runtime takes seconds before its first event and between two roles.
const limit = real ? 300_000 : 150_000;
const giveUp = new AbortController();

class Disappointed extends Error { }
const expect = (holds, what) => { if (!holds) throw new Disappointed(what); };

// ---------------------------------------------------------------------------------------------- programs and the API

function program(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], signal: giveUp.signal, ...options });
    let out = "", err = "";
    child.stdout.on("data", data => { out += data; });
    child.stderr.on("data", data => { err += data; });
    child.once("error", reject);
    child.once("close", code => resolve({ code, out: out.trim(), err: err.trim() }));
  });
}

async function done(command, args, options) {
  const { code, out, err } = await program(command, args, options);
  expect(code === 0, `'${[command, ...args].join(" ")}' ended with ${code}: ${err || out}`);
  return out;
}

/** What a person would type as `./ops ...`. */
const ops = (...args) => done("dotnet", [need("OPS_DEMO_CLI"), ...args]);

async function get(path) {
  const answer = await fetch(base + path, { headers: { "x-functions-key": key }, signal: AbortSignal.any([giveUp.signal, AbortSignal.timeout(10_000)]) });
  expect(answer.ok, `GET ${path} answered ${answer.status}`);
  return answer.json();
}

const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

// ---------------------------------------------------------------------------------------------- what the stories are made of

class Story {
  constructor(name, scenario, speed, expected, play) {
    Object.assign(this, { name, scenario, speed, expected, play, did: [], run: undefined, verdict: undefined });
  }

  say(text) { this.did.push(text); screen.note(this, text); }

  get repository() { return join(folder, "sprites", this.name); }

  async prepare() {
    mkdirSync(this.repository, { recursive: true });
    await done(simulator, ["prepare", "--repo", this.repository, "--scenario", this.scenario, "--speed", String(this.speed)]);
    if (real) await makeReal(done, this.repository, this.scenario, this.speed);
    const log = openSync(join(folder, `adapter-${this.name}.log`), "w");
    spawn("dotnet", [need("OPS_DEMO_ADAPTER"), "serve", "--repo", this.repository, "--listen", `127.0.0.1:${this.port}`, "--token-env", "OPS_DEMO_ADAPTER_TOKEN", "--superloop", real ?? simulator],
      { stdio: ["ignore", log, log], env: insideSprite });
    const endpoint = `http://127.0.0.1:${this.port}`;
    for (;;) {
      try { await fetch(`${endpoint}/healthz`, { signal: AbortSignal.any([giveUp.signal, AbortSignal.timeout(2000)]) }); break; }
      catch (error) { if (giveUp.signal.aborted) throw error; await pause(100); }
    }
    this.id = await ops("runs", "start", "--launch", "start", "--loop", loop, "--sprite", this.name, "--endpoint", endpoint, "--token-name", "demo", "--label", `demo=${this.name}`, "--output", "id");
  }

  async refresh() { this.run = await get(`/api/runs/${this.id}`); }

  /** Waits until the run is as described; another end than that is a disappointment at once. */
  async until(what, holds) {
    for (;;) {
      await this.refresh();
      if (holds(this.run)) return;
      expect(!this.run.ended, `ended as ${describe(this.run)} instead of: ${what}`);
      await pause(300);
    }
  }

  /** Asks something of the run as an operator does, and waits for what becomes of it. */
  async ask(verb, note) {
    this.say(`./ops runs ${verb} ... --note "${note}" --wait`);
    await ops("runs", verb, this.id, "--note", note, "--wait");
    await this.refresh();
  }

  async ended(state, reason) {
    await this.until(state, run => run.ended);
    expect(this.run.state === state && (!reason || this.run.reason === reason), `ended as ${describe(this.run)} instead of ${state}${reason ? ` (${reason})` : ""}`);
  }

  async confirmed(...verbs) {
    this.intents = (await get(`/api/runs/${this.id}/intents`)).value.sort((one, other) => one.number - other.number);
    const seen = this.intents.map(intent => `${intent.verb} ${intent.status}`), wanted = verbs.map(verb => `${verb} confirmed`);
    expect(seen.join() === wanted.join(), `its intents are [${seen.join(", ")}] instead of [${wanted.join(", ")}]`);
  }

  quiet() { expect(this.run.quiescent === "proven", `it is ${this.run.quiescent ?? "not said"} that nothing of it lives`); }
}

const describe = run => run.reason ? `${run.state} (${run.reason})` : run.state;
const shipped = name => join(need("OPS_DEMO_SCENARIOS"), `${name}.json`);

/** A role goes on when its runtime is killed, and does not end by itself while anybody looks. A real runtime is killed by the demo. */
function crashes() {
  const scenario = real ? { loops: [{ id: loop, maxIterations: 5, promiseAt: [], roleMs: 600_000 }] } : JSON.parse(readFileSync(shipped("crashes"), "utf8"));
  for (const step of scenario.loops.flatMap(one => one.steps ?? [])) step.durationMs = 600_000;
  const path = join(folder, "crashes.json");
  writeFileSync(path, JSON.stringify(scenario));
  return path;
}

const stories = [
  new Story("completes", shipped("completes"), 2.5, "completed", async story => {
    await story.ended("completed");
    await story.confirmed();
    story.quiet();
  }),
  new Story("approval", shipped("needs-approval"), 2.5, "approved, launched again, completed", async story => {
    await story.until("awaiting_approval", run => run.state === "awaiting_approval");
    await story.ask("approve", "looks right, ship it");
    await story.ended("completed");
    await story.confirmed("approve", "relaunch");
    expect(story.run.attempts.length === 2, `it has ${story.run.attempts.length} attempts instead of 2`);
    story.quiet();
  }),
  new Story("stuck", shipped("gets-stuck"), 2.5, "stopped (stuck)", async story => {
    await story.ended("stopped", "stuck");
    await story.confirmed();
    story.quiet();
  }),
  new Story("crash", crashes(), 2.5, "crashed, then what it left is killed", async story => {
    if (real) {
      await story.until("a process at work", run => run.state === "running" && run.progress.iteration >= 1);
      await pause(3000);
      const { pid } = JSON.parse(readFileSync(join(story.repository, ".superloop", "active-run.json"), "utf8"));
      story.say(`kill -KILL ${pid}`);
      process.kill(pid, "SIGKILL");
    }
    await story.ended("crashed", "killed");
    await story.ask("force-cancel", "reap what the crash left");
    story.quiet();
    await story.confirmed("force_cancel");
  }),
  new Story("steered", shipped("long"), 2.5, "paused, resumed, cancelled", async story => {
    await story.until("an iteration", run => run.state === "running" && run.progress.iteration >= 1);
    await story.ask("pause", "look at it first");
    expect(story.run.state === "paused", `after the pause it is ${describe(story.run)}`);
    const { iteration } = story.run.progress;
    await story.ask("resume", "go on");
    await story.until("a further iteration", run => run.state === "running" && run.progress.iteration > iteration);
    await story.ask("cancel", "enough seen");
    await story.ended("cancelled");
    await story.confirmed("pause", "resume", "cancel");
    story.quiet();
  }),
];
stories.forEach((story, index) => { story.port = ports[index]; });

// ---------------------------------------------------------------------------------------------- the demo

const began = Date.now(), screen = new Screen(process.stdout, stories, describe);

async function live(story) {
  try {
    await story.prepare();
    await story.play(story);
    story.verdict = "as expected";
  } catch (error) {
    if (giveUp.signal.aborted) story.problem = "not finished in time";
    else if (error instanceof Disappointed) story.problem = error.message;
    else story.problem = `${error.name}: ${error.message}`;
    // The last word on the run belongs into the summary, if the manager still has one.
    story.verdict = `NOT as expected: ${story.problem}`;
  }
  screen.note(story, story.verdict);
}

const alarm = setTimeout(() => giveUp.abort(), limit);
const drawing = setInterval(() => screen.draw(), 250);
const watching = (async () => {
  while (stories.some(story => !story.verdict)) {
    await Promise.allSettled(stories.filter(story => story.id && !story.verdict).map(story => story.refresh()));
    await pause(500);
  }
})();
await Promise.all(stories.map(live));
clearTimeout(alarm);
await watching;
clearInterval(drawing);
screen.draw();
screen.end();

console.log();
for (const story of stories) {
  console.log(`${story.problem ? "FAIL" : "ok  "} ${story.name}${story.id ? `, ${story.id}` : ""}: expected ${story.expected}; ended ${story.run ? describe(story.run) : "without a run"}${story.run?.quiescent === "proven" ? ", nothing of it lives" : ""}`);
  if (story.problem) console.log(`     ${story.problem}`);
  for (const intent of story.intents ?? []) console.log(`     ${intent.verb} ${intent.status}, by ${intent.by}${intent.note ? `: ${intent.note}` : ""}`);
}

const failed = stories.filter(story => story.problem);
console.log(`\n${stories.length - failed.length} of ${stories.length} runs ended as expected, in ${((Date.now() - began) / 1000).toFixed(0)} s, with ${real ? "the superloop.sh that was given" : "the Superloop simulator"}`);
process.exit(failed.length === 0 ? 0 : 1);
