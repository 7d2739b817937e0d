/**
 * Trains the traffic classifier on labelled captures of the lab: `npm run train -- --captures DIR` writes model.json and card.json, the
 * same bytes for the same captures; `npm run train -- --test DIR` says how well the model does on captures that it was not trained on. What it says of itself is measured on tools that the model being judged has not seen.
 */
import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { ClassifierCard } from '@wirecase/contract';
import { calibrated, features, LONG_SECONDS, Model, type ModelFile, SHORT_SECONDS } from '@wirecase/detect';
import { calibrationError, isotonic, type Outcome } from './calibrate.ts';
import { classes, type Dataset, readDataset, type Sample } from './dataset.ts';
import { cents, figuresOf, foldOf, type Judged, leaveOneToolOut, lessonsOf, macroF1, modelFile } from './evaluate.ts';

/** Of the confidence that a class needs where rules and model are put together. */
const SURE = 0.9;

const { values } = parseArgs({
  options: { captures: { type: 'string' }, test: { type: 'string' }, out: { type: 'string', default: 'libs/detect/src/classifier' } },
});
const names = features.map(({ name }) => name);

function train(dataset: Dataset): { models: ModelFile[]; card: Omit<ClassifierCard, 'sha256'> } {
  const models: ModelFile[] = [];
  const windows: ClassifierCard['windows'] = [];
  for (const [length, seconds] of [SHORT_SECONDS, LONG_SECONDS].entries()) {
    const samples = dataset.samples[length]!;
    console.log(`${seconds} s: ${samples.length} windows of ${dataset.captures.length} captures`);
    const judged = leaveOneToolOut(samples, names, seconds);
    const outcomes = judged.map(({ sample, trees, said }) => ({ said, isRight: trees === sample.class }));
    const { rows, labels } = lessonsOf(samples);
    const file = modelFile(rows, labels, names, seconds);
    models.push({ ...file, calibration: isotonic(outcomes) });
    windows.push({ seconds, ...report(judged, crossFitted(judged)) });
  }
  const captures = dataset.captures.map(({ name, sha256, tool, label }) => ({ name, sha256, tool, class: label.class }));
  return { models, card: { version: '1', captures, windows } };
}

/** The error of calibration before, and after by curves that were made without the tools they are used on, tools being halved. */
function crossFitted(judged: readonly Judged[]): { before: number; after: number } {
  const folds = [...new Set(judged.map(({ sample }) => foldOf(sample.capture)))];
  const half = (which: number): Outcome[] =>
    judged
      .filter(({ sample }) => folds.indexOf(foldOf(sample.capture)) % 2 === which)
      .map(({ sample, trees, said }) => ({ said, isRight: trees === sample.class }));
  const [even, odd] = [half(0), half(1)];
  const share = even.length / judged.length;
  return {
    before: cents(calibrationError([...even, ...odd], null)),
    after: cents(share * calibrationError(even, isotonic(odd)) + (1 - share) * calibrationError(odd, isotonic(even))),
  };
}

function report(
  judged: readonly Judged[],
  calibration: { before: number; after: number },
): Omit<ClassifierCard['windows'][number], 'seconds'> {
  const samples = judged.map(({ sample }) => sample);
  const curve = isotonic(judged.map(({ sample, trees, said }) => ({ said, isRight: trees === sample.class })));
  const sureOf = ({ trees, said }: Judged): number => (calibrated(curve, said) >= SURE ? trees : 0);
  const ways: [string, number[]][] = [
    ['rules only', samples.map(({ byRules }) => byRules)],
    ['model only', judged.map(({ trees }) => trees)],
    ['rules and model', judged.map((each) => each.sample.byRules || sureOf(each))],
    ['logistic regression', judged.map(({ regression }) => regression)],
    ['majority', samples.map(() => 0)],
  ];
  const predicted = judged.map(({ trees }) => trees);
  const classFigures = figuresOf(samples, predicted);
  const tools = [...new Set(samples.map(({ capture }) => foldOf(capture)))].toSorted();
  return {
    macroF1: macroF1(classFigures),
    classes: classFigures,
    calibrationError: { before: calibration.before, after: calibration.after },
    comparison: ways.map(([way, said]) => ({ way, macroF1: macroF1(figuresOf(samples, said)), ...falseOf(samples, said) })),
    tools: tools.map((tool) => ({ tool, ...recallOf(samples, predicted, tool) })),
  };
}

/** Windows of harmless hosts that were called an attack. */
function falseOf(samples: readonly Sample[], said: readonly number[]): { benign: number; wrong: number } {
  const benign = samples.filter((sample) => sample.class === 0).length;
  return { benign, wrong: samples.filter((sample, i) => sample.class === 0 && said[i] !== 0).length };
}

/** Of the windows of captures of a tool that are no harmless ones. */
function recallOf(samples: readonly Sample[], said: readonly number[], tool: string): { windows: number; right: number } {
  const own = samples
    .map((sample, i) => ({ sample, said: said[i] }))
    .filter(({ sample }) => foldOf(sample.capture) === tool && sample.class > 0);
  return { windows: own.length, right: own.filter(({ sample, said: each }) => each === sample.class).length };
}

/** Captures with labels below a folder, in an order that does not depend on where they are. */
function labelled(directory: string): string[] {
  const paths = globSync(`${directory}/**/*.labels.jsonl`).map((path) => path.replace(/\.labels\.jsonl$/, '.pcap'));
  return paths.sort((a, b) => (basename(a) < basename(b) ? -1 : basename(a) > basename(b) ? 1 : a < b ? -1 : 1));
}

/** Figures of the model that is there on captures none of which it was trained on. */
function test(directory: string): void {
  const files = JSON.parse(readFileSync(`${values.out}/model.json`, 'utf8')) as ModelFile[];
  const { captures } = JSON.parse(readFileSync(`${values.out}/card.json`, 'utf8')) as ClassifierCard;
  const learnt = new Set(captures.map(({ sha256 }) => sha256));
  const dataset = readDataset(labelled(directory));
  for (const [length, samples] of dataset.samples.entries()) {
    const unseen = samples.filter(({ capture }) => !learnt.has(capture.sha256));
    const model = new Model(files[length]!);
    const ways: [string, number[]][] = [
      ['model', unseen.map((sample) => model.classOf(sample.features))],
      ['rules', unseen.map(({ byRules }) => byRules)],
    ];
    for (const [way, said] of ways) {
      const each = figuresOf(unseen, said);
      console.log(`${files[length]!.window} s, ${way}: macro-F1 ${macroF1(each)} on ${unseen.length} windows`);
      console.table(each);
    }
  }
}

if (values.test !== undefined) test(values.test);
else if (values.captures === undefined) {
  console.error('Usage: npm run train -- --captures DIR [--out DIR] | --test DIR [--out DIR]');
  process.exitCode = 2;
} else {
  const { models, card } = train(readDataset(labelled(values.captures)));
  const text = `${JSON.stringify(models)}\n`;
  const sha256 = createHash('sha256').update(text).digest('hex');
  writeFileSync(`${values.out}/model.json`, text);
  writeFileSync(`${values.out}/card.json`, `${JSON.stringify({ ...card, sha256 }, null, 1)}\n`);
  for (const { seconds, macroF1: f1, classes: each, comparison } of card.windows) {
    console.log(`${seconds} s: macro-F1 ${f1} on unseen tools, ${classes.length} classes`);
    console.table(each);
    console.table(comparison);
  }
}
