/*
 * cgrecorded.h --
 *
 *      Files of groups as kernels have written them: recorded from a busy
 *      group on Linux 6.1 and 6.12 (Debian's, under qemu) and 6.18. Those of
 *      5.4, and of misc, were not to be had: they are made up, after the
 *      kernel's documentation and sources of that time.
 */

#ifndef CGRECORDED_H
#define CGRECORDED_H

static const struct recorded {
    const char *kernel;
    int version;
    const char *file;
    const char *text;
} recorded[] = {
    {"6.18", 1, "cpu.stat",
     "nr_periods 19\nnr_throttled 18\nthrottled_time 660932485\n"
     "nr_bursts 0\nburst_time 0\n"},
    {"6.18", 1, "cpuacct.stat", "user 31\nsystem 6\n"},
    {"6.18", 1, "cpuacct.usage", "377546967\n"},
    {"6.18", 1, "memory.failcnt", "0\n"},
    {"6.18", 1, "memory.kmem.usage_in_bytes", "1470464\n"},
    {"6.18", 1, "memory.limit_in_bytes", "67108864\n"},
    {"6.18", 1, "memory.max_usage_in_bytes", "43028480\n"},
    {"6.18", 1, "memory.memsw.failcnt", "0\n"},
    {"6.18", 1, "memory.oom_control",
     "oom_kill_disable 0\nunder_oom 0\noom_kill 0\n"},
    {"6.18", 1, "memory.stat",
     "cache 20000768\nrss 21057536\nrss_huge 0\nshmem 0\nmapped_file 0\n"
     "dirty 0\nwriteback 0\nworkingset_refault_anon 0\n"
     "workingset_refault_file 0\nswap 0\nswapcached 0\npgpgin 10138\n"
     "pgpgout 114\npgfault 6248\npgmajfault 0\ninactive_anon 21024768\n"
     "active_anon 32768\ninactive_file 20000768\nactive_file 0\n"
     "unevictable 0\nhierarchical_memory_limit 67108864\n"
     "hierarchical_memsw_limit 9223372036854771712\n"
     "total_cache 20000768\ntotal_rss 21057536\ntotal_rss_huge 0\n"
     "total_shmem 0\ntotal_mapped_file 0\ntotal_dirty 0\n"
     "total_writeback 0\ntotal_workingset_refault_anon 0\n"
     "total_workingset_refault_file 0\ntotal_swap 0\n"
     "total_swapcached 0\ntotal_pgpgin 10138\ntotal_pgpgout 114\n"
     "total_pgfault 6248\ntotal_pgmajfault 0\n"
     "total_inactive_anon 21024768\ntotal_active_anon 32768\n"
     "total_inactive_file 20000768\ntotal_active_file 0\n"
     "total_unevictable 0\n"},
    {"6.18", 1, "memory.usage_in_bytes", "42758144\n"},
    {"6.18", 1, "blkio.bfq.io_service_bytes_recursive", "Total 0\n"},
    {"6.18", 1, "blkio.bfq.io_serviced_recursive", "Total 0\n"},
    {"6.18", 1, "blkio.throttle.io_service_bytes_recursive",
     "254:0 Read 0\n254:0 Write 81920\n254:0 Sync 81920\n254:0 Async 0\n"
     "254:0 Discard 0\n254:0 Total 81920\nTotal 81920\n"},
    {"6.18", 1, "blkio.throttle.io_serviced_recursive",
     "254:0 Read 0\n254:0 Write 21\n254:0 Sync 21\n254:0 Async 0\n"
     "254:0 Discard 0\n254:0 Total 21\nTotal 21\n"},
    {"6.18", 1, "pids.current", "9\n"},
    {"6.18", 1, "pids.events", "max 4\n"},
    {"6.18", 1, "pids.max", "9\n"},
    {"6.18", 1, "pids.peak", "9\n"},
    {"6.18", 2, "cpu.pressure",
     "some avg10=0.00 avg60=0.00 avg300=0.00 total=1308084\n"
     "full avg10=0.00 avg60=0.00 avg300=0.00 total=1308076\n"},
    {"6.18", 2, "cpu.stat",
     "usage_usec 377546\nuser_usec 313363\nsystem_usec 64182\n"
     "nice_usec 0\n"},
    {"6.18", 2, "hugetlb.2MB.current", "0\n"},
    {"6.18", 2, "hugetlb.2MB.events", "max 0\n"},
    {"6.18", 2, "hugetlb.2MB.max", "9223372036854771712\n"},
    {"6.18", 2, "hugetlb.2MB.rsvd.current", "0\n"},
    {"6.18", 2, "io.pressure",
     "some avg10=0.00 avg60=0.00 avg300=0.00 total=735\n"
     "full avg10=0.00 avg60=0.00 avg300=0.00 total=735\n"},
    {"6.18", 2, "memory.pressure",
     "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"
     "full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"},
    {"6.12", 2, "cpu.pressure",
     "some avg10=84.77 avg60=30.47 avg300=7.34 total=22312005\n"
     "full avg10=74.50 avg60=28.16 avg300=6.84 total=21004947\n"},
    {"6.12", 2, "cpu.stat",
     "usage_usec 4978418\nuser_usec 3605304\nsystem_usec 1373114\n"
     "nice_usec 0\nnr_periods 259\nnr_throttled 255\n"
     "throttled_usec 20896486\nnr_bursts 0\nburst_usec 0\n"},
    {"6.12", 2, "hugetlb.2MB.current", "0\n"},
    {"6.12", 2, "hugetlb.2MB.events", "max 0\n"},
    {"6.12", 2, "hugetlb.2MB.max", "max\n"},
    {"6.12", 2, "hugetlb.2MB.rsvd.current", "0\n"},
    {"6.12", 2, "io.pressure",
     "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"
     "full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"},
    {"6.12", 2, "io.stat",
     "254:0 rbytes=196608 wbytes=20480 rios=3 wios=5 dbytes=0 dios=0\n"},
    {"6.12", 2, "memory.current", "42397696\n"},
    {"6.12", 2, "memory.events",
     "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\noom_group_kill 0\n"},
    {"6.12", 2, "memory.max", "67108864\n"},
    {"6.12", 2, "memory.peak", "42778624\n"},
    {"6.12", 2, "memory.pressure",
     "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"
     "full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"},
    {"6.12", 2, "memory.stat",
     "anon 21430272\nfile 20000768\nkernel 741376\nkernel_stack 98304\n"
     "pagetables 319488\nsec_pagetables 0\npercpu 336\nsock 0\n"
     "vmalloc 0\nshmem 20000768\nfile_mapped 0\nfile_dirty 0\n"
     "file_writeback 0\nswapcached 0\nanon_thp 18874368\nfile_thp 0\n"
     "shmem_thp 0\ninactive_anon 0\nactive_anon 41431040\n"
     "inactive_file 0\nactive_file 0\nunevictable 0\n"
     "slab_reclaimable 50000\nslab_unreclaimable 188648\nslab 238648\n"
     "workingset_refault_anon 0\nworkingset_refault_file 0\n"
     "workingset_activate_anon 0\nworkingset_activate_file 0\n"
     "workingset_restore_anon 0\nworkingset_restore_file 0\n"
     "workingset_nodereclaim 0\npgdemote_kswapd 0\npgdemote_direct 0\n"
     "pgdemote_khugepaged 0\npgpromote_success 0\npgscan 0\npgsteal 0\n"
     "pgscan_kswapd 0\npgscan_direct 0\npgscan_khugepaged 0\n"
     "pgsteal_kswapd 0\npgsteal_direct 0\npgsteal_khugepaged 0\n"
     "pgfault 1825\npgmajfault 0\npgrefill 0\npgactivate 0\n"
     "pgdeactivate 0\npglazyfree 0\npglazyfreed 0\nswpin_zero 0\n"
     "swpout_zero 0\nthp_fault_alloc 9\nthp_collapse_alloc 0\n"
     "thp_swpout 0\nthp_swpout_fallback 0\nnuma_pages_migrated 0\n"
     "numa_pte_updates 0\nnuma_hint_faults 0\n"},
    {"6.12", 2, "memory.swap.current", "0\n"},
    {"6.12", 2, "memory.swap.events", "high 0\nmax 0\nfail 0\n"},
    {"6.12", 2, "misc.current", ""},
    {"6.12", 2, "misc.events", ""},
    {"6.12", 2, "misc.max", ""},
    {"6.12", 2, "misc.peak", ""},
    {"6.12", 2, "pids.current", "9\n"},
    {"6.12", 2, "pids.events", "max 4\n"},
    {"6.12", 2, "pids.max", "9\n"},
    {"6.12", 2, "pids.peak", "9\n"},
    {"6.12", 2, "rdma.current", ""},
    {"6.1", 2, "cpu.pressure",
     "some avg10=79.39 avg60=27.47 avg300=6.55 total=21583119\n"
     "full avg10=71.98 avg60=25.99 avg300=6.23 total=20500375\n"},
    {"6.1", 2, "cpu.stat",
     "usage_usec 5169400\nuser_usec 3629578\nsystem_usec 1539821\n"
     "nr_periods 256\nnr_throttled 256\nthrottled_usec 20353749\n"
     "nr_bursts 0\nburst_usec 0\n"},
    {"6.1", 2, "hugetlb.2MB.current", "0\n"},
    {"6.1", 2, "hugetlb.2MB.events", "max 0\n"},
    {"6.1", 2, "hugetlb.2MB.max", "max\n"},
    {"6.1", 2, "hugetlb.2MB.rsvd.current", "0\n"},
    {"6.1", 2, "io.pressure",
     "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"
     "full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"},
    {"6.1", 2, "io.stat",
     "254:0 rbytes=196608 wbytes=20480 rios=3 wios=5 dbytes=0 dios=0\n"},
    {"6.1", 2, "memory.current", "42455040\n"},
    {"6.1", 2, "memory.events",
     "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\noom_group_kill 0\n"},
    {"6.1", 2, "memory.max", "67108864\n"},
    {"6.1", 2, "memory.peak", "42737664\n"},
    {"6.1", 2, "memory.pressure",
     "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"
     "full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"},
    {"6.1", 2, "memory.stat",
     "anon 21581824\nfile 20000768\nkernel 806912\nkernel_stack 114688\n"
     "pagetables 294912\nsec_pagetables 0\npercpu 0\nsock 0\nvmalloc 0\n"
     "shmem 20000768\nfile_mapped 0\nfile_dirty 0\nfile_writeback 0\n"
     "swapcached 0\nanon_thp 16777216\nfile_thp 0\nshmem_thp 0\n"
     "inactive_anon 41553920\nactive_anon 28672\ninactive_file 0\n"
     "active_file 0\nunevictable 0\nslab_reclaimable 50008\n"
     "slab_unreclaimable 190192\nslab 240200\n"
     "workingset_refault_anon 0\nworkingset_refault_file 0\n"
     "workingset_activate_anon 0\nworkingset_activate_file 0\n"
     "workingset_restore_anon 0\nworkingset_restore_file 0\n"
     "workingset_nodereclaim 0\npgscan 0\npgsteal 0\npgscan_kswapd 0\n"
     "pgscan_direct 0\npgsteal_kswapd 0\npgsteal_direct 0\n"
     "pgfault 2397\npgmajfault 0\npgrefill 0\npgactivate 0\n"
     "pgdeactivate 0\npglazyfree 0\npglazyfreed 0\nthp_fault_alloc 8\n"
     "thp_collapse_alloc 0\n"},
    {"6.1", 2, "memory.swap.current", "0\n"},
    {"6.1", 2, "memory.swap.events", "high 0\nmax 0\nfail 0\n"},
    {"6.1", 2, "misc.current", ""},
    {"6.1", 2, "misc.events", ""},
    {"6.1", 2, "misc.max", ""},
    {"6.1", 2, "pids.current", "9\n"},
    {"6.1", 2, "pids.events", "max 4\n"},
    {"6.1", 2, "pids.max", "9\n"},
    {"6.1", 2, "pids.peak", "9\n"},
    {"6.1", 2, "rdma.current", ""},
    {"6.1", 1, "cpu.stat",
     "nr_periods 320\nnr_throttled 294\nthrottled_time 25889276795\n"
     "nr_bursts 0\nburst_time 0\n"},
    {"6.1", 1, "cpuacct.stat", "user 440\nsystem 160\n"},
    {"6.1", 1, "cpuacct.usage", "6011780083\n"},
    {"6.1", 1, "blkio.bfq.io_service_bytes_recursive", "Total 0\n"},
    {"6.1", 1, "blkio.bfq.io_serviced_recursive", "Total 0\n"},
    {"6.1", 1, "blkio.throttle.io_service_bytes_recursive", "Total 0\n"},
    {"6.1", 1, "blkio.throttle.io_serviced_recursive", "Total 0\n"},
    {"6.1", 1, "memory.failcnt", "0\n"},
    {"6.1", 1, "memory.kmem.usage_in_bytes", "835584\n"},
    {"6.1", 1, "memory.limit_in_bytes", "67108864\n"},
    {"6.1", 1, "memory.max_usage_in_bytes", "42606592\n"},
    {"6.1", 1, "memory.memsw.failcnt", "0\n"},
    {"6.1", 1, "memory.oom_control",
     "oom_kill_disable 0\nunder_oom 0\noom_kill 0\n"},
    {"6.1", 1, "memory.stat",
     "cache 20000768\nrss 21442560\nrss_huge 18874368\nshmem 20000768\n"
     "mapped_file 0\ndirty 0\nwriteback 0\nworkingset_refault_anon 0\n"
     "workingset_refault_file 0\nswap 0\npgpgin 5652\npgpgout 133\n"
     "pgfault 1661\npgmajfault 0\ninactive_anon 41410560\n"
     "active_anon 32768\ninactive_file 0\nactive_file 0\nunevictable 0\n"
     "hierarchical_memory_limit 67108864\n"
     "hierarchical_memsw_limit 9223372036854771712\n"
     "total_cache 20000768\ntotal_rss 21442560\n"
     "total_rss_huge 18874368\ntotal_shmem 20000768\n"
     "total_mapped_file 0\ntotal_dirty 0\ntotal_writeback 0\n"
     "total_workingset_refault_anon 0\ntotal_workingset_refault_file 0\n"
     "total_swap 0\ntotal_pgpgin 5652\ntotal_pgpgout 133\n"
     "total_pgfault 1661\ntotal_pgmajfault 0\n"
     "total_inactive_anon 41410560\ntotal_active_anon 32768\n"
     "total_inactive_file 0\ntotal_active_file 0\ntotal_unevictable 0\n"},
    {"6.1", 1, "memory.usage_in_bytes", "42536960\n"},
    {"6.1", 1, "hugetlb.2MB.failcnt", "0\n"},
    {"6.1", 1, "hugetlb.2MB.limit_in_bytes", "9223372036852678656\n"},
    {"6.1", 1, "hugetlb.2MB.max_usage_in_bytes", "0\n"},
    {"6.1", 1, "hugetlb.2MB.rsvd.usage_in_bytes", "0\n"},
    {"6.1", 1, "hugetlb.2MB.usage_in_bytes", "0\n"},
    {"6.1", 1, "pids.current", "9\n"},
    {"6.1", 1, "pids.events", "max 4\n"},
    {"6.1", 1, "pids.max", "9\n"},
    {"6.1", 1, "pids.peak", "9\n"},
    {"6.1", 1, "rdma.current", ""},
    {"6.1", 1, "misc.current", ""},
    {"6.1", 1, "misc.events", ""},
    {"6.1", 1, "misc.max", ""},
    {"5.4", 2, "cpu.stat",
     "usage_usec 1234567\nuser_usec 1000000\nsystem_usec 234567\n"
     "nr_periods 10\nnr_throttled 3\nthrottled_usec 250000\n"},
    {"5.4", 2, "memory.current", "1150976\n"},
    {"5.4", 2, "memory.max", "max\n"},
    {"5.4", 2, "memory.swap.current", "0\n"},
    {"5.4", 2, "memory.stat",
     "anon 1048576\nfile 4096\nkernel_stack 36864\nslab 65536\nsock 0\n"
     "shmem 0\nfile_mapped 0\nfile_dirty 4096\nfile_writeback 0\n"
     "anon_thp 0\ninactive_anon 0\nactive_anon 1048576\n"
     "inactive_file 4096\nactive_file 0\nunevictable 0\n"
     "slab_reclaimable 32768\nslab_unreclaimable 32768\npgfault 1000\n"
     "pgmajfault 2\nworkingset_refault 3\nworkingset_activate 1\n"
     "workingset_nodereclaim 0\npgrefill 0\npgscan 7\npgsteal 5\n"
     "pgactivate 0\npgdeactivate 0\npglazyfree 0\npglazyfreed 0\n"
     "thp_fault_alloc 0\nthp_collapse_alloc 0\n"},
    {"5.4", 2, "memory.events", "low 0\nhigh 4\nmax 12\noom 1\noom_kill 1\n"},
    {"5.4", 2, "memory.swap.events", "max 0\nfail 0\n"},
    {"5.4", 2, "pids.current", "3\n"},
    {"5.4", 2, "pids.max", "100\n"},
    {"5.4", 2, "pids.events", "max 2\n"},
    {"5.4", 2, "io.stat",
     "8:16 rbytes=1459200 wbytes=314773504 rios=192 wios=353 dbytes=0 "
     "dios=0\n"
     "8:0 rbytes=90430464 wbytes=299008000 rios=8950 wios=1252 "
     "dbytes=50331648 dios=3021\n"},
    {"5.4", 2, "cpu.pressure",
     "some avg10=1.50 avg60=0.20 avg300=0.05 total=123456\n"},
    {"5.4", 2, "memory.pressure",
     "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"
     "full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"},
    {"5.4", 2, "rdma.current",
     "mlx4_0 hca_handle=2 hca_object=2000\n"
     "ocrdma1 hca_handle=3 hca_object=max\n"},
    {"5.4", 1, "cpu.stat",
     "nr_periods 10\nnr_throttled 3\nthrottled_time 250000999\n"},
    {"5.4", 1, "cpuacct.usage", "1234567890\n"},
    {"5.4", 1, "cpuacct.stat", "user 100\nsystem 23\n"},
    {"5.4", 1, "memory.usage_in_bytes", "1150976\n"},
    {"5.4", 1, "memory.max_usage_in_bytes", "2097152\n"},
    {"5.4", 1, "memory.limit_in_bytes", "9223372036854771712\n"},
    {"5.4", 1, "memory.stat",
     "cache 4096\nrss 1048576\nrss_huge 0\nshmem 0\nmapped_file 0\n"
     "dirty 0\nwriteback 0\nswap 0\npgpgin 300\npgpgout 40\n"
     "pgfault 900\npgmajfault 0\ninactive_anon 0\nactive_anon 1048576\n"
     "inactive_file 4096\nactive_file 0\nunevictable 0\n"
     "hierarchical_memory_limit 9223372036854771712\n"
     "hierarchical_memsw_limit 9223372036854771712\ntotal_cache 8192\n"
     "total_rss 2097152\ntotal_rss_huge 0\ntotal_shmem 0\n"
     "total_mapped_file 0\ntotal_dirty 0\ntotal_writeback 0\n"
     "total_swap 0\ntotal_pgpgin 600\ntotal_pgpgout 80\n"
     "total_pgfault 1800\ntotal_pgmajfault 0\ntotal_inactive_anon 0\n"
     "total_active_anon 2097152\ntotal_inactive_file 8192\n"
     "total_active_file 0\ntotal_unevictable 0\n"},
    {"5.4", 1, "memory.kmem.usage_in_bytes", "65536\n"},
    {"5.4", 1, "memory.failcnt", "12\n"},
    {"5.4", 1, "memory.oom_control",
     "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n"},
    {"5.4", 1, "pids.current", "3\n"},
    {"5.4", 1, "pids.max", "100\n"},
    {"5.4", 1, "pids.events", "max 2\n"},
    {"5.4", 1, "blkio.throttle.io_service_bytes_recursive",
     "8:0 Read 4096\n8:0 Write 8192\n8:0 Sync 12288\n8:0 Async 0\n"
     "8:0 Discard 0\n8:0 Total 12288\n8:16 Read 512\n8:16 Write 0\n"
     "8:16 Sync 512\n8:16 Async 0\n8:16 Discard 1024\n8:16 Total 1536\n"
     "Total 13824\n"},
    {"5.4", 1, "blkio.throttle.io_serviced_recursive",
     "8:0 Read 1\n8:0 Write 2\n8:0 Sync 3\n8:0 Async 0\n8:0 Discard 0\n"
     "8:0 Total 3\n8:16 Read 1\n8:16 Write 0\n8:16 Sync 1\n"
     "8:16 Async 0\n8:16 Discard 1\n8:16 Total 2\nTotal 5\n"},
    {"6.12 documentation", 2, "misc.current", "res_a 3\nres_b 0\n"},
    {"6.12 documentation", 2, "misc.max", "res_a max\nres_b 4\n"},
    {"6.12 documentation", 2, "misc.peak", "res_a 10\nres_b 8\n"},
    {"6.12 documentation", 2, "misc.events", "res_a.max 7\nres_b.max 0\n"},
    {NULL, 0, NULL, NULL}};

#endif /* CGRECORDED_H */
