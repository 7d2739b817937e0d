/** Exit code of an engine whose database or disk went away (EX_TEMPFAIL): the file at hand is not to blame. */
export const exitAgain = 75;
