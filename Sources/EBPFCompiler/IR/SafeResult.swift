// SPDX-License-Identifier: Apache-2.0

/// What a program answers that traps: what does least harm where it is attached.
enum SafeResult {
    /// By the beginning of the section's name; all others answer 0, which means "go on" to what traces, `TC_ACT_OK`, and "allowed" to LSM programs.
    /// The meanings: `include/uapi/linux/bpf.h`, and "Program types" of the kernel's documentation.
    private static let table: [(prefix: String, result: Int, why: String)] = [
        ("cgroup", 1, "allowed"), ("sk_lookup", 1, "SK_PASS"), ("sk_msg", 1, "SK_PASS"), ("sk_skb", 1, "SK_PASS"), ("sk_reuseport", 1, "SK_PASS"),
        ("lsm_cgroup", 1, "allowed"), ("socket", -1, "the whole packet"), ("netfilter", 1, "NF_ACCEPT"), ("xdp", 2, "XDP_PASS"),
    ]

    /// The answer of a program of a section.
    static func ofProgram(_ section: String) -> Int {
        let name = section.hasPrefix("?") ? section.dropFirst() : section[...]
        return table.first { name.hasPrefix($0.prefix) }?.result ?? 0
    }
}
