/** What follows a commit. */
import type { Lane } from './lanes';
import type { Place } from './place';

interface Notification {
  readonly place: Place;
  readonly channel: string;
  readonly key: string;
  readonly wake: number;
}

/** What happens after the commit. Most transactions have none of it, so nothing is made before it is needed. */
export class Effects {
  notifications: Notification[] | undefined;
  /** Lanes of events and deliveries that have something new. */
  lanes: Lane[] | undefined;
  /** Blobs that may have lost their last reference. */
  releasedBlobs: string[] | undefined;
  /** Timers or reconciler marks were set. */
  agenda = false;
  /** Deliveries made inside this transaction: in all, and one inside the other. */
  delivered = 0;
  delivering = 0;

  /** Runs a part that may fail alone: what it would have caused is forgotten with it. */
  attempt(part: () => void): void {
    const notifications = this.notifications?.length ?? 0;
    const lanes = this.lanes?.length ?? 0;
    const released = this.releasedBlobs?.length ?? 0;
    this.delivering++;
    try {
      part();
    } catch (error) {
      if (this.notifications) this.notifications.length = notifications;
      if (this.lanes) this.lanes.length = lanes;
      if (this.releasedBlobs) this.releasedBlobs.length = released;
      throw error;
    } finally {
      this.delivering--;
    }
  }

  notify(notification: Notification): void {
    if (this.notifications) this.notifications.push(notification);
    else this.notifications = [notification];
  }

  wake(lane: Lane): void {
    if (this.lanes) this.lanes.push(lane);
    else this.lanes = [lane];
  }

  release(blob: string): void {
    if (this.releasedBlobs) this.releasedBlobs.push(blob);
    else this.releasedBlobs = [blob];
  }
}

/** Of a transaction that can change nothing. */
export const noEffects: Effects = Object.freeze(new Effects());
