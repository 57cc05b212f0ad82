// Makes a repository that the simulator prepared one that a real superloop.sh works in: under git, with an agent that needs no
// model. It does the same as RealRepository of the adapter's tests.
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const agent = `#!/usr/bin/env bash
# Seconds, the iteration of the promise (0: never), whether to change something, the file for the last message: it is named after the role.
echo x >>"$4.count"
sleep "$1"
if [ "$3" = true ]; then echo "$(date +%s%N)" >>work.txt; fi
if [ "$2" -gt 0 ] && [ "$(wc -l <"$4.count")" -ge "$2" ]; then
  printf 'worked\\n<promise>DONE</promise>\\n' | tee "$4"
else
  printf 'worked\\n' | tee "$4"
fi
`;

/** @param done runs a program and throws unless it ends well. */
export async function makeReal(done, repository, scenario, speed) {
  await done("git", ["init", "-q", "-b", "main", repository]);
  const path = join(repository, ".git", "agent.sh");
  writeFileSync(path, agent);
  chmodSync(path, 0o755);
  writeFileSync(join(repository, ".git", "info", "exclude"), ".superloop/\n.superloop-simulator/\n");
  await done("git", ["-C", repository, "-c", "user.email=demo@example.org", "-c", "user.name=Demo", "commit", "-q", "--allow-empty", "-m", "Begin"]);

  const file = join(repository, ".superloop", "config.json"), config = JSON.parse(readFileSync(file, "utf8"));
  for (const loop of JSON.parse(readFileSync(scenario, "utf8")).loops) {
    const configured = config.loops.find(one => one.id === loop.id);
    const changes = !(loop.steps ?? []).some(step => step.changesCode === false);
    config.runners.simulated = {
      command: [path],
      args: [String((loop.roleMs ?? 500) / speed / 1000), String(loop.promiseAt ? loop.promiseAt[0] ?? 0 : 1), String(changes), "{last_message_file}"],
      prompt_mode: "stdin",
    };
    Object.assign(configured.lifecycle, { main_ref: "main", no_fetch: true });
    // Tests and checklists are told by the scenario file, which a real runtime does not read.
    configured.tests = { mode: "disabled", commands: [] };
    configured.checklists = [];
  }
  writeFileSync(file, JSON.stringify(config));
}
