// SPDX-License-Identifier: Apache-2.0

/// What a program has to give back before it ends, whichever way: the calls that acquire it, and those that give it back. One table for what traps do.
struct HeldResource {
    /// What is held.
    enum Subject {
        /// What the call answers; null is nothing.
        case answer
        /// What it is passed.
        case argument(Int)
        /// Nothing that has a name: a section of the program.
        case section
    }

    let acquire: KernelCall.Callee
    let subject: Subject
    /// Each takes what is held as ``given(in:)`` says.
    let ends: [KernelCall.Callee]
    /// What a trap calls, and the arguments behind what is held.
    let release: KernelCall.Callee
    var arguments = ""

    static let table: [HeldResource] =
        [
            .init(
                acquire: .helper("ringbuf_reserve"), subject: .answer, ends: [.helper("ringbuf_submit"), .helper("ringbuf_discard")],
                release: .helper("ringbuf_discard"), arguments: ", i64 0"),
            // To be ended also where it failed.
            .init(
                acquire: .helper("ringbuf_reserve_dynptr"), subject: .argument(3),
                ends: [.helper("ringbuf_submit_dynptr"), .helper("ringbuf_discard_dynptr")], release: .helper("ringbuf_discard_dynptr"),
                arguments: ", i64 0"),
            .init(acquire: .helper("spin_lock"), subject: .argument(0), ends: [.helper("spin_unlock")], release: .helper("spin_unlock")),
            .init(
                acquire: .function("bpf_rcu_read_lock"), subject: .section, ends: [.function("bpf_rcu_read_unlock")],
                release: .function("bpf_rcu_read_unlock")),
            .init(
                acquire: .function("bpf_iter_num_new"), subject: .argument(0), ends: [.function("bpf_iter_num_destroy")],
                release: .function("bpf_iter_num_destroy")),
        ] + sockets + references("task", from: ["bpf_task_from_pid", "bpf_task_acquire"])
        + references("cgroup", from: ["bpf_cgroup_from_id", "bpf_cgroup_acquire"])

    private static let sockets = ["sk_lookup_tcp", "sk_lookup_udp", "skc_lookup_tcp"].map {
        HeldResource(acquire: .helper($0), subject: .answer, ends: [.helper("sk_release")], release: .helper("sk_release"))
    }

    /// What counts references to an object of the kernel's, and what a map's value gives back of them or keeps (bpf_kptr_xchg).
    private static func references(_ kind: String, from functions: [String]) -> [HeldResource] {
        let release = KernelCall.Callee.function("bpf_\(kind)_release")
        let exchange = KernelCall.Callee.function(exchangePrefix + kind)
        return (functions.map { KernelCall.Callee.function($0) } + [exchange, .function(takePrefix + kind)]).map {
            .init(acquire: $0, subject: .answer, ends: [release, exchange], release: release)
        }
    }

    /// How the names begin of what stands for bpf_kptr_xchg: one for each kind of object, since the helper's call does not tell what it answers.
    static let exchangePrefix = "ebpf_exchange_"
    /// The same for an exchange with nothing.
    static let takePrefix = "ebpf_take_"

    /// What a call gives back: its first argument, and an exchange its second; `nil` for nothing that has a name.
    static func given(in call: KernelCall) -> String? {
        if case .function(let name) = call.callee, name.hasPrefix(exchangePrefix) { return call.argument(1) }
        return call.argument(0)
    }

    /// The functions of the kernel that give back what one answers.
    static func releases(of function: String) -> Set<String> {
        Set(
            table.filter { $0.acquire == .function(function) }.compactMap {
                guard case .function(let name) = $0.release else { return nil }
                return name
            })
    }

    /// What is held from a call on: the name of a value, or what stands for a section.
    func held(by call: KernelCall) -> String? {
        switch subject {
        case .answer: call.value
        case .argument(let index): call.argument(index)
        case .section: Self.section
        }
    }

    /// Something that is not null.
    private static let section = "inttoptr (i64 1 to ptr)"

    /// The call that gives it back.
    func releasing(_ held: String) -> String {
        let list = if case .section = subject { "" } else { "ptr \(held)\(arguments)" }
        return switch release {
        case .helper(let number): "call void inttoptr (i64 \(number) to ptr)(\(list))"
        case .function(let name): "call void @\(IRName.spelled(name))(\(list))"
        }
    }
}
