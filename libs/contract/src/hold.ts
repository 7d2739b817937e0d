/** Holds: captures that are kept, whatever the budget of their sensor says, until somebody releases them. */

/** POST /captures/{id}/holds, POST /sensors/{id}/holds, POST /alerts/{id}/holds answer it; GET /holds lists them, newest first. */
export interface Hold {
  id: string;
  reason: string;
  /** The capture that is held; null: those of the sensor that have packets in the time. */
  captureId: string | null;
  sensorId: string | null;
  sensor: string | null;
  /** RFC 3339, both inclusive; null for a hold of one capture. The end may lie in the future. */
  from: string | null;
  to: string | null;
  /** For which it was made. */
  alertId: string | null;
  createdAt: string;
  createdBy: string;
  /** When it is released by itself; null: when somebody does. */
  expiresAt: string | null;
  /** Whether an alert made it, by the trigger of its sensor. */
  isTriggered: boolean;
  /** Captures that are held by it now, and their bytes. */
  captures: number;
  bytes: number;
}
