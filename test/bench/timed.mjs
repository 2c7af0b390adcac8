// How long a piece of work takes: by the clock, and by this process's processor time, which other work on the machine stretches less.

/** @returns {Promise<{value: unknown, seconds: number, cpuSeconds: number}>} */
export async function timed(work) {
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  const value = await work();
  const seconds = (performance.now() - wall) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { value, seconds, cpuSeconds: (user + system) / 1e6 };
}
