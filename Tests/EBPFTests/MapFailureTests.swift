// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import CThreadLimits
@testable import EBPF
import Foundation
import Testing

/// What is said about maps of the running kernel.
@Suite(.enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct MapFailureTests {
    @Test func aFrozenMapIsNamedAsFrozen() throws {
        let map = try Map.create(MapDefinition(name: "frozen", type: .array, keySize: 4, valueSize: 8, maxEntries: 1), btf: nil)
        try map.freeze()
        let error = try #require(throws: EBPFError.self) { try map.update(UInt32(0), to: UInt64(1)) }
        #expect(error.code == .permission)
        #expect(error.cause.contains("the map is frozen (BPF_MAP_FREEZE)"))
        let again = try #require(throws: EBPFError.self) { try map.freeze() }
        #expect(again.cause.contains("frozen already") || again.cause.contains("is frozen"), "\(again)")
    }

    @Test func aMapForReadingAloneIsNamedAsSuch() throws {
        var definition = MapDefinition(name: "read", type: .array, keySize: 4, valueSize: 8, maxEntries: 1, flags: MapFlags(rawValue: 1 << 3))
        let readOnly = try Map.create(definition, btf: nil)
        #expect(try #require(throws: EBPFError.self) { try readOnly.update(UInt32(0), to: UInt64(1)) }.cause.contains("BPF_F_RDONLY"))
        definition.flags = MapFlags(rawValue: 1 << 4)
        let writeOnly = try Map.create(definition, btf: nil)
        try writeOnly.update(UInt32(0), to: UInt64(1))
        #expect(try #require(throws: EBPFError.self) { try writeOnly.value(for: UInt32(0), as: UInt64.self) }.cause.contains("BPF_F_WRONLY"))
    }

    @Test func sizesThatTheKernelRefusesAreExplained() throws {
        let array = MapDefinition(name: "array", type: .array, keySize: 8, valueSize: 8, maxEntries: 1)
        let error = try #require(throws: EBPFError.self) { try Map.create(array, btf: nil) }
        #expect(error.code == .invalid)
        #expect(error.cause.contains("its key has 4 bytes, but is given 8"))
    }

    @Test func aNodeThatTheMachineLacksIsNamed() throws {
        var definition = MapDefinition(name: "far", type: .hash, keySize: 4, valueSize: 8, maxEntries: 1)
        definition.numaNode = 60
        // Without the flag the kernel does not look at the node.
        _ = try Map.create(definition, btf: nil)
        definition.flags = .numaNode
        let error = try #require(throws: EBPFError.self) { try Map.create(definition, btf: nil) }
        #expect(error.cause.contains("node 60"))
        #expect(error.remedy?.contains("/sys/devices/system/node") == true)
    }

    @Test func whatADeclarationSaysOfRecordsIsNoSize() throws {
        let ring = try Map.create(MapDefinition(name: "ring", type: .ringBuffer, keySize: 4, valueSize: 20, maxEntries: 4096), btf: nil)
        #expect(ring.keySize == 0 && ring.valueSize == 0)
        let perf = try Map.create(MapDefinition(name: "perf", type: .perfEventArray, keySize: 0, valueSize: 20, maxEntries: 0), btf: nil)
        #expect(perf.keySize == 4 && perf.valueSize == 4)
    }

    /// The limit is the process's, so a process of its own is limited.
    @Test func theLimitOfLockedMemoryIsNamedWhereItCounts() async {
        await #expect(processExitsWith: .success) {
            var limit = rlimit(rlim_cur: 64 << 10, rlim_max: 64 << 10)
            #expect(setrlimit(__rlimit_resource_t(8), &limit) == 0)
            // CAP_SYS_RESOURCE would raise it again.
            #expect(thread_keep_capabilities(~(1 << 24)) == 0)
            let definition = MapDefinition(name: "large", type: .array, keySize: 4, valueSize: 1024, maxEntries: 1024)
            guard let running = KernelVersion.running, running < "5.11" else {
                #expect(throws: Never.self) { _ = try Map.create(definition, btf: nil) }
                return
            }
            let error = #expect(throws: EBPFError.self) { _ = try Map.create(definition, btf: nil) }
            #expect(error?.code == .permission)
            #expect(error?.cause.contains("RLIMIT_MEMLOCK) is reached") == true)
            #expect(error?.cause.contains("64 KiB") == true)
            #expect(error?.remedy?.contains("ulimit -l") == true)
        }
    }

    @Test func aPinIsRefusedWithItsReason() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "swift-ebpf-tests.\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let error = EBPFError(pinning: "\(directory)/map", errno: EPERM, "pin map 'm' at \(directory)/map")
        #expect(error.cause.contains("not on a BPF file system"))
        #expect(EBPFError(openingPin: "\(directory)/map", errno: ENOENT, "open").cause == "nothing is pinned at \(directory)/map")
    }
}
