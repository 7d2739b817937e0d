/**
 * Labelled captures by real tools, and how well the detectors do on them. Needs root, for network namespaces of its own.
 *   npm run lab -- --seed 1 --classes scan,flood --speeds fast,slow --out DIR   one capture an attack, with benign traffic beside it
 *   npm run lab -- --seed 1 --classes benign --minutes 10 --out DIR             benign traffic alone
 *   npm run lab -- --list                                                       what there is, and what is not installed for it
 *   npm run lab -- score DIR                                                    recall, delays and false alerts of `wirecase analyze`
 *   npm run lab -- replay DIR                                                   whether each alert comes again from its own evidence
 *   npm run lab -- pieces DIR                                                   whether alerts are the same when a capture arrives in pieces
 *   npm run lab -- stretch FACTOR FILE...                                       the same packets, further apart (and labelled so)
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { attacks } from './attacks.ts';
import type { Attack, Speed } from './attacks/attack.ts';
import { activities, loopOf } from './benign.ts';
import type { Label } from './labels.ts';
import { end, isInstalled, pause } from './network.ts';
import { comparePieces } from './pieces.ts';
import { Random } from './random.ts';
import { replay } from './replay.ts';
import { score } from './score.ts';
import { Site } from './site.ts';
import { stretch } from './stretch.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    classes: { type: 'string', default: '' },
    tools: { type: 'string', default: '' },
    speeds: { type: 'string', default: 'fast,medium,slow' },
    minutes: { type: 'string', default: '5' },
    out: { type: 'string' },
    list: { type: 'boolean', default: false },
  },
});

/** Attacks that were asked for by class (or its beginning) and tool and whose programs are here, each with its speeds. */
function chosen(): { attack: Attack; speed: Speed }[] {
  const classes = values.classes.split(',').filter((name) => name !== '');
  const tools = values.tools.split(',').filter((name) => name !== '');
  const wanted = attacks.filter(
    (attack) =>
      (classes.length === 0 || classes.some((name) => attack.class === name || attack.class.startsWith(`${name}.`))) &&
      (tools.length === 0 || tools.includes(attack.tool)),
  );
  const missing = new Set(wanted.flatMap((attack) => attack.needs).filter((program) => !isInstalled(program)));
  if (missing.size > 0) console.error(`Left out, for they are not installed: what needs ${[...missing].join(', ')}.`);
  return wanted
    .filter((attack) => attack.needs.every(isInstalled))
    .flatMap((attack) => (values.speeds.split(',') as Speed[]).filter((speed) => attack.speeds[speed]).map((speed) => ({ attack, speed })));
}

async function attackCapture(site: Site, { attack, speed }: { attack: Attack; speed: Speed }, out: string): Promise<void> {
  const { random, network } = site;
  const [from, to] = attack.speeds[speed]!;
  const rate = random.logUniform(from, to);
  const plan = attack.plan(site, rate, speed);
  const name = `${attack.class}-${attack.tool}-${speed}`;
  site.forgetNeighbours();
  const stopCapture = await network.capture(join(out, `${name}.pcap`));
  const beside = random.shuffled(activities.filter((activity) => activity.needs.every(isInstalled))).slice(0, 6);
  const running = beside.map((activity) => network.start(activity.host, loopOf(activity, site, random)));
  await pause(random.logUniform(1, 3));
  const start = Date.now() / 1000;
  await network.runAll(plan.jobs, plan.seconds);
  const ended = Date.now() / 1000;
  await pause(1);
  for (const child of running) end(child, 'SIGKILL');
  await stopCapture();
  const { class: className, alerts, technique, tool } = attack;
  const command = plan.jobs.map(({ argv }) => argv.join(' ')).join(' & ');
  const { attackers, victims } = plan;
  const label: Label = {
    class: className,
    alerts,
    technique,
    tool,
    speed,
    rate,
    command,
    attackers,
    victims,
    start,
    end: ended,
    stretched: 1,
  };
  writeFileSync(join(out, `${name}.labels.jsonl`), `${JSON.stringify(label)}\n`);
  console.log(`${name}: ${rate.toPrecision(3)}/s, ${(ended - start).toFixed(1)} s`);
}

async function benignCapture(site: Site, minutes: number, out: string): Promise<void> {
  const { random, network } = site;
  const name = `benign-${values.seed}`;
  const stopCapture = await network.capture(join(out, `${name}.pcap`));
  const start = Date.now() / 1000;
  const running = activities
    .filter((activity) => activity.needs.every(isInstalled))
    .map((activity) => network.start(activity.host, loopOf(activity, site, random)));
  await pause(minutes * 60);
  for (const child of running) end(child, 'SIGKILL');
  await stopCapture();
  const nothing = { alerts: [], technique: '', tool: '', speed: '', rate: 0, command: '', attackers: [], victims: [], stretched: 1 };
  writeFileSync(join(out, `${name}.labels.jsonl`), `${JSON.stringify({ class: 'benign', ...nothing, start, end: Date.now() / 1000 })}\n`);
  console.log(`${name}: ${minutes} minutes`);
}

async function make(out: string): Promise<void> {
  const wanted = values.classes === 'benign' ? [] : chosen();
  mkdirSync(out, { recursive: true });
  const site = new Site(new Random(Number(values.seed)));
  // Also when something throws where nobody catches it.
  process.once('exit', () => site.close());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  await site.open();
  if (values.classes === 'benign') await benignCapture(site, Number(values.minutes), out);
  for (const choice of wanted) await attackCapture(site, choice, out);
  process.exit();
}

const [command, ...rest] = positionals;
if (values.list) {
  for (const { class: name, tool, needs, speeds } of attacks) {
    console.log(`${name}\t${tool}\t${Object.keys(speeds).join(',')}${needs.every(isInstalled) ? '' : '\tnot installed'}`);
  }
} else if (command === 'score' && rest.length === 1) score(rest[0]!);
else if (command === 'replay' && rest.length === 1) await replay(rest[0]!);
else if (command === 'pieces' && rest.length === 1) comparePieces(rest[0]!, Number(values.seed));
else if (command === 'stretch' && rest.length > 1) for (const file of rest.slice(1)) stretch(Number(rest[0]), file);
else if (command === undefined && values.out !== undefined) await make(values.out);
else {
  console.error(
    'Usage: npm run lab -- --out DIR [--seed N] [--classes A,B] [--tools A,B] [--speeds A,B] [--minutes N] | --list | score DIR | replay DIR | pieces DIR | stretch FACTOR FILE...',
  );
  process.exitCode = 2;
}
