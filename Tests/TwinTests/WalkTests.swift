// SPDX-License-Identifier: Apache-2.0

import COpenCalls
import EBPF
import EBPFKernel
import Glibc
import Testing

/// Programs that walk over what the kernel has, in both languages: who reads the walk gets the same records, and what is right.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct WalkTests {
    struct Entry: BitwiseCopyable, Equatable {
        var index: UInt64
        var value: UInt64
        var key: UInt32
        var spare: UInt32
    }

    struct Thread: BitwiseCopyable {
        var id: Int32
        var process: Int32
        var parent: Int32
        var spare: UInt32
        var started: UInt64
        var command: CString<16>
    }

    /// What a walk gives, as records.
    private static func records<Record: BitwiseCopyable>(_ link: borrowing Link, as type: Record.Type) throws -> [Record] {
        var walk = try link.walk()
        let bytes = try walk.readAll()
        let size = MemoryLayout<Record>.stride
        #expect(bytes.count % size == 0)
        return bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count - bytes.count % size, by: size).map { bytes.loadUnaligned(fromByteOffset: $0, as: Record.self) }
        }
    }

    @Test(arguments: [(0, 0), (1, 0), (10, 300), (200, 300), (200, 0), (200, 5000)] as [(UInt32, UInt64)])
    func theElementsOfAMapAreHandedOverOnce(count: UInt32, least: UInt64) throws {
        let loaded = try Twin.walks.load { try $0.set("least", to: least) }
        for loaded in [loaded.c, loaded.swift] {
            let map = try loaded.map("entries")
            for key in 0..<count { try map.update(key * 7, to: UInt64(key) * 20) }
            let link = try loaded.program("walk_entries").attachIterator(over: .map(map))
            let entries = try Self.records(link, as: Entry.self)
            let expected = (0..<count).filter { UInt64($0) * 20 >= least }
            #expect(entries.map(\.key).sorted() == expected.map { $0 * 7 })
            #expect(entries.allSatisfy { $0.value == UInt64($0.key / 7) * 20 && $0.spare == 0 })
            // In the order of the walk, of which the others are steps, too.
            #expect(entries.map(\.index) == entries.map(\.index).sorted() && Set(entries.map(\.index)).count == entries.count)
            #expect(entries.allSatisfy { $0.index < UInt64(count) })
            #expect(try loaded.value(of: "passed_over", as: UInt64.self) == UInt64(count) - UInt64(expected.count))
            // What was handed over is counted anew from nothing.
            for key in 0..<count {
                #expect(try map.value(for: key * 7, as: UInt64.self) == (UInt64(key) * 20 >= least ? 0 : UInt64(key) * 20))
            }
            if least > 0 { #expect(try Self.records(link, as: Entry.self).isEmpty) }
            #expect(try loaded.value(of: "ends", as: UInt64.self) > 0)
            link.detach()
        }
    }

    /// The threads of this process and what they are called, by their numbers.
    private static func threads() -> [Int32: String] {
        var names: [Int32: String] = [:]
        guard let directory = opendir("/proc/self/task") else { return names }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let id = Int32(name) else { continue }
            let command = text(of: open("/proc/self/task/\(name)/comm", O_RDONLY))
            names[id] = String(command.prefix { $0 != "\n" })
        }
        return names
    }

    @Test func theThreadsOfAProcessAreHandedOver() throws {
        let loaded = try Twin.walks.load { try $0.set("process", to: getpid()) }
        var started: [[UInt64]] = []
        for loaded in [loaded.c, loaded.swift] {
            let link = try loaded.program("walk_threads").attach()
            // Threads come and go: those are compared that were there before a walk and after it.
            var seen: [Thread] = []
            for _ in 0..<1000 {
                let before = Self.threads()
                seen = try Self.records(link, as: Thread.self)
                guard before == Self.threads(), !before.isEmpty else { continue }
                #expect(Set(seen.map(\.id)) == Set(before.keys) && seen.count == before.count)
                for thread in seen { #expect(thread.command.description == before[thread.id]) }
                break
            }
            #expect(seen.contains { $0.id == current_thread() })
            #expect(seen.allSatisfy { $0.process == getpid() && $0.parent == getppid() && $0.spare == 0 && $0.started > 0 })
            started.append(seen.filter { $0.id == current_thread() }.map(\.started))
            link.detach()
        }
        #expect(started[0] == started[1] && started[0].count == 1)
    }
}
