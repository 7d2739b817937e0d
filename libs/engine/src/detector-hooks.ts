/** Which detectors have which hook, so that the others cost nothing. */
import type { RecordType } from '@wirecase/contract';
import type { Detector, DetectorModule } from '@wirecase/detect';

export type With<Hook extends keyof Detector> = Detector & Required<Pick<Detector, Hook>>;

export function having<Hook extends keyof Detector>(hook: Hook, detectors: readonly Detector[]): With<Hook>[] {
  return detectors.filter((detector): detector is With<Hook> => detector[hook] !== undefined);
}

/** By type of record, the detectors that hear of it. */
export function listeners(modules: readonly DetectorModule[], detectors: readonly Detector[]): Map<RecordType, With<'record'>[]> {
  const byType = new Map<RecordType, With<'record'>[]>();
  modules.forEach(({ records = [] }, i) => {
    for (const type of records) byType.set(type, [...(byType.get(type) ?? []), detectors[i] as With<'record'>]);
  });
  return byType;
}
