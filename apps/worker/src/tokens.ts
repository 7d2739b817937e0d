/** Injection tokens of what has no class of ours. */
export const CONFIG = Symbol('Config');
export const POOL = Symbol('Pool');
