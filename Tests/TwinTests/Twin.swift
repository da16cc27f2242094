// SPDX-License-Identifier: Apache-2.0

import COpenCalls
import EBPF

/// One kernel half, written in C and in Swift.
struct Twin: Sendable, CustomStringConvertible {
    let name: String
    let c: @Sendable () throws(ObjectError) -> ObjectFile
    let swift: @Sendable () throws(ObjectError) -> ObjectFile
    /// The structures that user space shares with both, by their names in C and in Swift.
    var structures: [(c: String, swift: String)] = []
    /// The first release of Linux that takes both.
    var since = [5, 10]

    /// The kinds of maps that both have, and a kernel may lack whatever its release.
    var needs: [MapType] = []

    /// Whether the running kernel takes both.
    var isTaken: Bool {
        !LiveKernel.release.lexicographicallyPrecedes(since) && needs.allSatisfy { KernelFeatures.running.support(ofMaps: $0).isYes }
    }

    var description: String { name }

    /// In the order of the table in the documentation.
    static let all = [
        accounts, ancestry, balancer, callers, calls, census, chain, command, counting, echoes, forks, gentle, histogram, kernels, latency, lists,
        log,
        loops,
        numbers, orders,
        outputs, packets, pairs, paths, prefixes, recent, records, sessions, settings, sockets, sums, tables, threads, thresholds, tickets, tracking,
        turns,
        visits, walks,
    ]

    static let accounts = Twin(name: "Accounts", c: AccountsC.object, swift: AccountsSwift.object, structures: [("account", "Account")])
    static let ancestry = Twin(name: "Ancestry", c: AncestryC.object, swift: AncestrySwift.object, structures: [("ancestry", "Ancestry")])
    static let balancer = Twin(
        name: "Balancer", c: BalancerC.object, swift: BalancerSwift.object, structures: [("flow", "Flow"), ("backend", "Backend")])
    static let callers = Twin(name: "Callers", c: CallersC.object, swift: CallersSwift.object)
    static let calls = Twin(name: "Calls", c: CallsC.object, swift: CallsSwift.object)
    static let chain = Twin(name: "Chain", c: ChainC.object, swift: ChainSwift.object)
    // bpf_for_each_map_elem
    static let census = Twin(name: "Census", c: CensusC.object, swift: CensusSwift.object, since: [5, 13])
    static let command = Twin(name: "Command", c: CommandC.object, swift: CommandSwift.object)
    static let counting = Twin(name: "Counting", c: CountingC.object, swift: CountingSwift.object)
    static let echoes = Twin(name: "Echoes", c: EchoesC.object, swift: EchoesSwift.object)
    static let forks = Twin(name: "Forks", c: ForksC.object, swift: ForksSwift.object, structures: [("birth", "Birth")])
    // Programs that call functions of the kernel.
    static let gentle = Twin(name: "Gentle", c: GentleC.object, swift: GentleSwift.object, since: [5, 13])
    static let histogram = Twin(name: "Histogram", c: HistogramC.object, swift: HistogramSwift.object)
    static let kernels = Twin(name: "Kernels", c: KernelsC.object, swift: KernelsSwift.object, structures: [("knowledge", "Knowledge")])
    static let latency = Twin(
        name: "Latency", c: LatencyC.object, swift: LatencySwift.object, structures: [("pending", "Pending"), ("call", "Call")])
    // Arenas (BPF_MAP_TYPE_ARENA), for which newer kernels take memory by an instruction that old machines lack.
    static let lists = Twin(name: "Lists", c: ListsC.object, swift: ListsSwift.object, since: [6, 9], needs: [.arena])
    static let log = Twin(name: "Log", c: LogC.object, swift: LogSwift.object)
    // bpf_loop
    static let loops = Twin(name: "Loops", c: LoopsC.object, swift: LoopsSwift.object, since: [5, 17])
    // bpf_iter_num_new
    static let numbers = Twin(name: "Numbers", c: NumbersC.object, swift: NumbersSwift.object, since: [6, 4])
    // bpf_user_ringbuf_drain
    static let orders = Twin(name: "Orders", c: OrdersC.object, swift: OrdersSwift.object, since: [6, 1])
    // Filters (BPF_MAP_TYPE_BLOOM_FILTER).
    static let outputs = Twin(name: "Outputs", c: OutputsC.object, swift: OutputsSwift.object, since: [5, 16])
    static let packets = Twin(name: "Packets", c: PacketsC.object, swift: PacketsSwift.object)
    static let pairs = Twin(name: "Pairs", c: PairsC.object, swift: PairsSwift.object, structures: [("key", "Key"), ("statistics", "Statistics")])
    static let paths = Twin(name: "Paths", c: PathsC.object, swift: PathsSwift.object, structures: [("request", "Request")])
    static let prefixes = Twin(name: "Prefixes", c: PrefixesC.object, swift: PrefixesSwift.object, structures: [("rule", "Rule")])
    static let recent = Twin(name: "Recent", c: RecentC.object, swift: RecentSwift.object, structures: [("state", "State")])
    static let records = Twin(name: "Records", c: RecordsC.object, swift: RecordsSwift.object, structures: [("question", "Question")])
    // bpf_timer_init
    static let sessions = Twin(
        name: "Sessions", c: SessionsC.object, swift: SessionsSwift.object, structures: [("session", "Session")], since: [5, 15])
    static let settings = Twin(name: "Settings", c: SettingsC.object, swift: SettingsSwift.object, structures: [("limits", "Limits")])
    static let sockets = Twin(name: "Sockets", c: SocketsC.object, swift: SocketsSwift.object)
    static let sums = Twin(name: "Sums", c: SumsC.object, swift: SumsSwift.object, structures: [("sum", "Sum")])
    static let tables = Twin(name: "Tables", c: TablesC.object, swift: TablesSwift.object, structures: [("count", "Count")])
    static let tickets = Twin(name: "Tickets", c: TicketsC.object, swift: TicketsSwift.object, structures: [("ticket", "Ticket")])
    static let tracking = Twin(
        name: "Tracking", c: TrackingC.object, swift: TrackingSwift.object, structures: [("ends", "Ends"), ("connection", "Connection")])
    // Storages of tasks, for programs that trace.
    static let visits = Twin(name: "Visits", c: VisitsC.object, swift: VisitsSwift.object, structures: [("visits", "Visits")], since: [5, 13])
    static let walks = Twin(name: "Walks", c: WalksC.object, swift: WalksSwift.object)
    // bpf_task_from_pid
    static let threads = Twin(name: "Threads", c: ThreadsC.object, swift: ThreadsSwift.object, since: [6, 2])
    static let thresholds = Twin(name: "Thresholds", c: ThresholdsC.object, swift: ThresholdsSwift.object, structures: [("thresholds", "Thresholds")])
    // Atomics that answer.
    static let turns = Twin(name: "Turns", c: TurnsC.object, swift: TurnsSwift.object, since: [5, 12])
}

extension Twin {
    /// Both objects in the kernel.
    struct Loaded {
        let c: LoadedObject
        let swift: LoadedObject

        /// What both answer to one question.
        func each<Answer>(_ question: (LoadedObject) throws -> Answer) rethrows -> (c: Answer, swift: Answer) {
            (try question(c), try question(swift))
        }
    }

    /// Loads both, lets both see what `events` causes, and takes them off again.
    ///
    /// Both see only this thread, and so nothing that other tests or programs do: what they count is known exactly.
    ///
    /// - Parameters:
    ///   - set: sets variables before they are loaded.
    ///   - begin: is called with each when both are loaded and not yet attached.
    func run(
        set: (inout ObjectFile) throws -> Void = { _ in }, begin: (LoadedObject) throws -> Void = { _ in }, events: () throws -> Void
    ) throws -> Loaded {
        let loaded = try load(set: set)
        try begin(loaded.c)
        try begin(loaded.swift)
        try loaded.whileAttached(events)
        return loaded
    }

    /// Loads both, to see this thread only; those that see packets have no threads.
    func load(set: (inout ObjectFile) throws -> Void = { _ in }) throws -> Loaded {
        func load(_ object: ObjectFile) throws -> LoadedObject {
            var object = object
            if object.variables.contains(where: { $0.name == "target" }) { try object.set("target", to: current_thread()) }
            try set(&object)
            return try object.load()
        }
        return Loaded(c: try load(c()), swift: try load(swift()))
    }
}

extension Twin.Loaded {
    /// Lets both see what `events` causes, and takes them off again.
    func whileAttached(_ events: () throws -> Void) throws {
        let first = try c.attachAll()
        let second = try swift.attachAll()
        try events()
        first.detach()
        second.detach()
    }
}
