/** The objective: so many documents are durable in the store so soon after they were published. */
export const slo = {
  seconds: 10,
  target: 0.99,
  /** Of the error budget of 30 days, 2 % in an hour (Google, "The Site Reliability Workbook", chapter 5). */
  fastBurn: 14.4,
} as const;
