// SPDX-License-Identifier: Apache-2.0

/// The functions of the kernel without a number (kfuncs): those that have the declaration tag `bpf_kfunc` in the types of Linux 7.2 as Debian builds it
/// (linux-image-cloud-amd64), without those of its modules.
enum KernelFunctionNames {
    /// By the oldest of the kernels looked at that has a function of the name: Debian's 5.10, 6.1, 6.12 and 7.2, and a 6.18.
    static let byKernel: [(kernel: String, names: [String])] = [
        (
            "5.10",
            words(
                """
                bpf_fentry_test1 bpf_modify_return_test crash_kexec tcp_cong_avoid_ai tcp_reno_cong_avoid tcp_reno_ssthresh tcp_reno_undo_cwnd
                tcp_slow_start
                """)
        ),
        (
            "6.1",
            words(
                """
                bpf_key_put bpf_kfunc_call_memb_release bpf_kfunc_call_test_release bpf_lookup_system_key bpf_lookup_user_key bpf_verify_pkcs7_signature
                cubictcp_acked cubictcp_cong_avoid cubictcp_init cubictcp_recalc_ssthresh cubictcp_state
                """)
        ),
        (
            "6.12",
            words(
                """
                bpf_arena_alloc_pages bpf_arena_free_pages bpf_cast_to_kern_ctx bpf_cgroup_acquire bpf_cgroup_ancestor bpf_cgroup_from_id bpf_cgroup_release
                bpf_copy_from_user_str bpf_cpumask_acquire bpf_cpumask_and bpf_cpumask_any_and_distribute bpf_cpumask_any_distribute bpf_cpumask_clear
                bpf_cpumask_clear_cpu bpf_cpumask_copy bpf_cpumask_create bpf_cpumask_empty bpf_cpumask_equal bpf_cpumask_first bpf_cpumask_first_and
                bpf_cpumask_first_zero bpf_cpumask_full bpf_cpumask_intersects bpf_cpumask_or bpf_cpumask_release bpf_cpumask_set_cpu bpf_cpumask_setall
                bpf_cpumask_subset bpf_cpumask_test_and_clear_cpu bpf_cpumask_test_and_set_cpu bpf_cpumask_test_cpu bpf_cpumask_weight bpf_cpumask_xor
                bpf_crypto_ctx_acquire bpf_crypto_ctx_create bpf_crypto_ctx_release bpf_crypto_decrypt bpf_crypto_encrypt bpf_dynptr_adjust bpf_dynptr_clone
                bpf_dynptr_from_skb bpf_dynptr_from_xdp bpf_dynptr_is_null bpf_dynptr_is_rdonly bpf_dynptr_size bpf_dynptr_slice bpf_dynptr_slice_rdwr
                bpf_get_dentry_xattr bpf_get_file_xattr bpf_get_fsverity_digest bpf_get_task_exe_file bpf_iter_bits_destroy bpf_iter_bits_new
                bpf_iter_bits_next bpf_iter_css_destroy bpf_iter_css_new bpf_iter_css_next bpf_iter_css_task_destroy bpf_iter_css_task_new
                bpf_iter_css_task_next bpf_iter_num_destroy bpf_iter_num_new bpf_iter_num_next bpf_iter_task_destroy bpf_iter_task_new bpf_iter_task_next
                bpf_iter_task_vma_destroy bpf_iter_task_vma_new bpf_iter_task_vma_next bpf_list_pop_back bpf_list_pop_front bpf_list_push_back_impl
                bpf_list_push_front_impl bpf_map_sum_elem_count bpf_modify_return_test2 bpf_modify_return_test_tp bpf_obj_drop_impl bpf_obj_new_impl
                bpf_path_d_path bpf_percpu_obj_drop_impl bpf_percpu_obj_new_impl bpf_preempt_disable bpf_preempt_enable bpf_put_file bpf_rbtree_add_impl
                bpf_rbtree_first bpf_rbtree_remove bpf_rcu_read_lock bpf_rcu_read_unlock bpf_rdonly_cast bpf_refcount_acquire_impl bpf_session_cookie
                bpf_session_is_return bpf_sk_assign_tcp_reqsk bpf_sock_addr_set_sun_path bpf_sock_destroy bpf_task_acquire bpf_task_from_pid
                bpf_task_get_cgroup1 bpf_task_release bpf_task_under_cgroup bpf_throw bpf_wq_init bpf_wq_start bpf_xdp_get_xfrm_state
                bpf_xdp_metadata_rx_hash bpf_xdp_metadata_rx_timestamp bpf_xdp_metadata_rx_vlan_tag bpf_xdp_xfrm_state_release
                """)
        ),
        (
            "6.18",
            words(
                """
                __bpf_trap bpf_arena_reserve_pages bpf_cgroup_read_xattr bpf_copy_from_user_dynptr bpf_copy_from_user_str_dynptr
                bpf_copy_from_user_task_dynptr bpf_copy_from_user_task_str bpf_copy_from_user_task_str_dynptr bpf_cpumask_populate bpf_dynptr_copy
                bpf_dynptr_from_skb_meta bpf_dynptr_memset bpf_get_kmem_cache bpf_iter_dmabuf_destroy bpf_iter_dmabuf_new bpf_iter_dmabuf_next
                bpf_iter_kmem_cache_destroy bpf_iter_kmem_cache_new bpf_iter_kmem_cache_next bpf_list_back bpf_list_front bpf_local_irq_restore
                bpf_local_irq_save bpf_probe_read_kernel_dynptr bpf_probe_read_kernel_str_dynptr bpf_probe_read_user_dynptr bpf_probe_read_user_str_dynptr
                bpf_rbtree_left bpf_rbtree_right bpf_rbtree_root bpf_remove_dentry_xattr bpf_res_spin_lock bpf_res_spin_lock_irqsave bpf_res_spin_unlock
                bpf_res_spin_unlock_irqrestore bpf_send_signal_task bpf_set_dentry_xattr bpf_sock_ops_enable_tx_tstamp bpf_strcasecmp bpf_strchr
                bpf_strchrnul bpf_strcmp bpf_strcspn bpf_strlen bpf_strnchr bpf_strnlen bpf_strnstr bpf_strrchr bpf_strspn bpf_strstr bpf_task_from_vpid
                bpf_xdp_pull_data css_rstat_flush css_rstat_updated
                """)
        ),
        (
            "7.2",
            words(
                """
                __scx_bpf_dsq_insert_vtime __scx_bpf_select_cpu_and bpf_dynptr_file_discard bpf_dynptr_from_file bpf_get_mem_cgroup bpf_get_root_mem_cgroup
                bpf_io_uring_get_region bpf_io_uring_submit_sqes bpf_iter_scx_dsq_destroy bpf_iter_scx_dsq_new bpf_iter_scx_dsq_next bpf_kfree_skb
                bpf_list_add bpf_list_del bpf_list_empty bpf_list_is_first bpf_list_is_last bpf_list_push_back bpf_list_push_front
                bpf_mem_cgroup_flush_stats bpf_mem_cgroup_memory_events bpf_mem_cgroup_page_state bpf_mem_cgroup_usage bpf_mem_cgroup_vm_events bpf_obj_drop
                bpf_obj_new bpf_percpu_obj_drop bpf_percpu_obj_new bpf_put_mem_cgroup bpf_qdisc_bstats_update bpf_qdisc_init_prologue
                bpf_qdisc_reset_destroy_epilogue bpf_qdisc_skb_drop bpf_qdisc_watchdog_schedule bpf_rbtree_add bpf_real_data_inode bpf_refcount_acquire
                bpf_skb_get_hash bpf_strcasestr bpf_stream_print_stack bpf_stream_vprintk bpf_strncasecmp bpf_strncasestr bpf_task_work_schedule_resume
                bpf_task_work_schedule_signal bpf_timer_cancel_async bpf_wakeup_sources_get_head bpf_wakeup_sources_read_lock bpf_wakeup_sources_read_unlock
                bpf_wq_set_callback cubictcp_cwnd_event_tx_start scx_bpf_cid_curr scx_bpf_cid_override scx_bpf_cid_to_cpu scx_bpf_cid_topo
                scx_bpf_cidperf_cap scx_bpf_cidperf_cur scx_bpf_cidperf_set scx_bpf_cpu_curr scx_bpf_cpu_node scx_bpf_cpu_rq scx_bpf_cpu_to_cid
                scx_bpf_cpuperf_cap scx_bpf_cpuperf_cur scx_bpf_cpuperf_set scx_bpf_create_dsq scx_bpf_destroy_dsq scx_bpf_dispatch_cancel
                scx_bpf_dispatch_nr_slots scx_bpf_dsq_insert scx_bpf_dsq_insert___v2 scx_bpf_dsq_insert_vtime scx_bpf_dsq_move scx_bpf_dsq_move_set_slice
                scx_bpf_dsq_move_set_vtime scx_bpf_dsq_move_to_local scx_bpf_dsq_move_to_local___v2 scx_bpf_dsq_move_vtime scx_bpf_dsq_nr_queued
                scx_bpf_dsq_peek scx_bpf_dsq_reenq scx_bpf_dump_bstr scx_bpf_error_bstr scx_bpf_events scx_bpf_exit_bstr scx_bpf_get_idle_cpumask
                scx_bpf_get_idle_cpumask_node scx_bpf_get_idle_smtmask scx_bpf_get_idle_smtmask_node scx_bpf_get_online_cpumask scx_bpf_get_possible_cpumask
                scx_bpf_kick_cid scx_bpf_kick_cpu scx_bpf_locked_rq scx_bpf_now scx_bpf_nr_cids scx_bpf_nr_cpu_ids scx_bpf_nr_node_ids
                scx_bpf_nr_online_cids scx_bpf_pick_any_cpu scx_bpf_pick_any_cpu_node scx_bpf_pick_idle_cpu scx_bpf_pick_idle_cpu_node scx_bpf_put_cpumask
                scx_bpf_put_idle_cpumask scx_bpf_reenqueue_local scx_bpf_reenqueue_local___v2 scx_bpf_select_cpu_and scx_bpf_select_cpu_dfl
                scx_bpf_sub_dispatch scx_bpf_task_cgroup scx_bpf_task_cid scx_bpf_task_cpu scx_bpf_task_running scx_bpf_task_set_dsq_vtime
                scx_bpf_task_set_slice scx_bpf_test_and_clear_cpu_idle scx_bpf_this_cid scx_bpf_tid_to_task
                """)
        ),
    ]

    /// The oldest of those kernels that has a function.
    static let kernels = Dictionary(uniqueKeysWithValues: byKernel.flatMap { entry in entry.names.map { ($0, entry.kernel) } })

    private static func words(_ text: String) -> [String] { text.split(whereSeparator: \.isWhitespace).map(String.init) }
}
