/** 0 = from the originator, 1 = from the responder. */
export type Direction = 0 | 1;
