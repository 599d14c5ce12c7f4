/* How much memory a process holds. */
#ifndef BENCH_MEMORY_H
#define BENCH_MEMORY_H

/* Resident, without what is mapped of data.mdb; in MiB. Ends the bench when the process isn't there. */
double memory_beyond_map_mib(int pid);

#endif
