// SPDX-License-Identifier: Apache-2.0

import BPFObject
import Glibc

/// Call stacks by the numbers that `bpf_get_stackid` gives.
///
///     let stacks = try StackTraceMap(loaded.map("stacks"))
///     for frame in symbols.frames(of: try stacks.addresses(of: event.stack) ?? []) { print(frame) }
///
/// Linux 4.6. `include/uapi/linux/bpf.h`: `BPF_MAP_TYPE_STACK_TRACE`.
public struct StackTraceMap: RemovableMap {
    /// The number of a stack.
    public typealias Key = UInt32
    /// The map.
    public let map: Map

    /// The map as one of this kind.
    ///
    /// - Throws: ``EBPFError`` where it is of another kind. The kernel is not asked.
    public init(_ map: Map) throws(EBPFError) { self.map = try map.checked(as: Self.self, [.stackTrace], key: SwiftLayout(UInt32.self)) }

    /// The addresses of a stack, innermost first; `nil` where there is no such stack.
    ///
    /// - Throws: ``EBPFError`` where the map holds build ids (``MapFlags/stackBuildID``), or the kernel refuses.
    public func addresses(of id: UInt32) throws(EBPFError) -> [UInt64]? {
        guard !map.flags.contains(.stackBuildID) else { throw wrongForm("build ids", "ask for its entries") }
        return try frames(id) { $0 == 0 }
    }

    /// The files and places of a stack of user space, innermost first; `nil` where there is no such stack. Linux 4.17.
    ///
    /// - Throws: ``EBPFError`` where the map holds addresses, or the kernel refuses.
    public func entries(of id: UInt32) throws(EBPFError) -> [StackBuildID]? {
        guard map.flags.contains(.stackBuildID) else { throw wrongForm("addresses", "ask for its addresses, or create it with BPF_F_STACK_BUILD_ID") }
        return try frames(id) { $0.status == 0 }
    }

    /// The numbers of the stacks that are there.
    ///
    /// - Throws: ``EBPFError`` where the kernel refuses.
    public func ids() throws(EBPFError) -> [UInt32] {
        var ids: [UInt32] = []
        do {
            try map.walkKeys { ids.append($0.loadUnaligned(as: UInt32.self)) }
        } catch { throw map.own(error) }
        return ids
    }

    private func frames<Frame: BitwiseCopyable>(_ id: UInt32, _ isEnd: (Frame) -> Bool) throws(EBPFError) -> [Frame]? {
        guard let bytes = try map.bytes(for: id.nativeBytes) else { return nil }
        let count = bytes.count / MemoryLayout<Frame>.stride
        var frames: [Frame] = []
        for index in 0..<count {
            let frame = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index * MemoryLayout<Frame>.stride, as: Frame.self) }
            if isEnd(frame) { break }
            frames.append(frame)
        }
        return frames
    }

    private func wrongForm(_ what: String, _ remedy: String) -> EBPFError {
        EBPFError(.invalid, "read stacks of map '\(map.name)'", cause: "it holds \(what)", remedy: remedy)
    }
}
