import { WirecaseError, type ErrorCode, type Versioned } from '@wirecase/contract';

/** What who changed an older version is told: who was first, and what to do. */
export function changedMeanwhile(
  code: Extract<ErrorCode, `${string}.changed`>,
  { version, changedAt, changedBy }: Versioned,
): WirecaseError {
  const whose = changedBy === null ? '' : `, by ${changedBy}${changedAt === null ? '' : ` at ${changedAt.slice(0, 19)}Z`},`;
  return new WirecaseError(code, `Version ${version}${whose} is the newest, and nothing was changed. Read it, then change that.`);
}
