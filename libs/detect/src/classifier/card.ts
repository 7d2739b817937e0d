/** The model that is shipped, and what is known of it. Both are written by `npm run train`. */
import type { ClassifierCard } from '@wirecase/contract';
import cardFile from './card.json' with { type: 'json' };
import { Model, type ModelFile } from './model.ts';
import modelFiles from './model.json' with { type: 'json' };

export const card: ClassifierCard = cardFile;

/** By length of window: 2 s, 60 s. */
export const models: readonly Model[] = (modelFiles as ModelFile[]).map((file) => new Model(file));
