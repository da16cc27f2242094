// SPDX-License-Identifier: Apache-2.0

import COpenCalls
import EBPF
import Glibc

/// A kernel half of the chapter for those who come from C.
struct Sample: Sendable, CustomStringConvertible {
    let name: String
    let object: @Sendable () throws(ObjectError) -> ObjectFile

    var description: String { name }

    /// In the order of the page.
    static let all = [
        Sample(name: "Idioms", object: Idioms.object),
        Sample(name: "ExecSnoop", object: ExecSnoop.object),
        Sample(name: "ExitSnoop", object: ExitSnoop.object),
        Sample(name: "SignalSnoop", object: SignalSnoop.object),
        Sample(name: "StatSnoop", object: StatSnoop.object),
        Sample(name: "MountSnoop", object: MountSnoop.object),
        Sample(name: "BindSnoop", object: BindSnoop.object),
        Sample(name: "SystemCallCount", object: SystemCallCount.object),
        Sample(name: "RunQueueLatency", object: RunQueueLatency.object),
        Sample(name: "CPUDistribution", object: CPUDistribution.object),
        Sample(name: "OffCPUTime", object: OffCPUTime.object),
        Sample(name: "SoftInterrupts", object: SoftInterrupts.object),
        Sample(name: "TCPStates", object: TCPStates.object),
        Sample(name: "DropWatch", object: DropWatch.object),
        Sample(name: "DeviceTraffic", object: DeviceTraffic.object),
        Sample(name: "ProtocolBytes", object: ProtocolBytes.object),
        Sample(name: "FlowBytes", object: FlowBytes.object),
        Sample(name: "DropCount", object: DropCount.object),
        Sample(name: "SendBack", object: SendBack.object),
        Sample(name: "BlockList", object: BlockList.object),
        Sample(name: "RateLimit", object: RateLimit.object),
        Sample(name: "NameQueries", object: NameQueries.object),
        Sample(name: "TooBig", object: TooBig.object),
        Sample(name: "MarkGate", object: MarkGate.object),
        Sample(name: "CgroupTraffic", object: CgroupTraffic.object),
    ]
}

/// Loads a kernel half, lets it see what `events` causes, and takes it off again.
///
/// - Parameters:
///   - set: sets variables before it is loaded.
///   - events: what it is to see; the answer is handed on.
func watch<Answer>(
    _ object: ObjectFile, set: (inout ObjectFile) throws -> Void = { _ in }, events: () throws -> Answer
) throws -> (loaded: LoadedObject, answer: Answer) {
    var object = object
    try set(&object)
    let loaded = try object.load()
    let links = try loaded.attachAll()
    let answer = try events()
    links.detach()
    return (loaded, answer)
}

extension LoadedObject {
    /// The records that wait in a ring buffer.
    func records<Record: BitwiseCopyable>(_ name: String, as type: Record.Type) throws -> [Record] {
        var records: [Record] = []
        var stream = try EventStream(name, of: self)
        _ = try stream.drain(as: Record.self) { records.append($0) }
        guard try stream.dropped() == 0 else { throw FailedCall(description: "records of \(name) were lost") }
        return records
    }

    /// What all CPUs counted together.
    func sum(_ map: String, _ key: some BitwiseCopyable) throws -> UInt64 {
        try self.map(map).values(for: key, as: UInt64.self)?.reduce(0, +) ?? 0
    }
}
