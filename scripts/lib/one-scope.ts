/**
 * Modules share one scope, and a name of another module is a variable. Without this each use of one is a property of an object with
 * getters, and the engine takes 2.5 times as long.
 */
export const oneScope = { concatenateModules: true, providedExports: true, usedExports: true, innerGraph: true, sideEffects: true };
