/** Rules that the simulated outside world may break: for the tests that show that the ledger would see it. */
export interface Sabotage {
  /** The store takes any write, also an older one. */
  readonly noVersionFence?: boolean;
  /** A sweep writes back the point that it read, with its own version, whatever is there by now. */
  readonly naiveSweep?: boolean;
  /** The group accepts commits of members that lost their partition. */
  readonly zombieCommits?: boolean;
  /** Appends to dead-letter topics are acknowledged and forgotten. */
  readonly noDeadLetters?: boolean;
  /** The store acknowledges before it writes; a killed process's write may never come. */
  readonly earlyAcknowledgement?: boolean;
  /** Nobody runs `eddy repair`. */
  readonly noRepair?: boolean;
}
