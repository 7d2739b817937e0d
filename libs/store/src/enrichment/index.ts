export { Enricher } from './enricher.ts';
export { EnrichmentSources, sourcePaths, type SourcePaths } from './sources.ts';
export { ZoneRepository } from './zone-repository.ts';
