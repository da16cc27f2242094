// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import BTF
import COpenCalls
import EBPF
import Foundation
import Glibc
import Synchronization
import TestMounts
import Testing

/// Parts of objects that a loader has to bring together, each seen at work in the kernel.
@Suite(.serialized, .enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct ObjectPartTests {
    @Test func mapsOfMapsAndOfProgramsHoldWhatTheObjectSaysFromTheStart() throws {
        var object = try MapsOfMaps.object()
        try object.set("target_thread", to: UInt32(bitPattern: current_thread()))
        let loaded = try object.load()
        // The program that the array holds is called by the other only.
        let links = try loaded.attachAll()
        #expect(links.count == 1)
        for number in [0, 1, 3, 3] { _ = getpgid(pid_t(number)) }
        links.detach()
        #expect(try loaded.map("first").value(for: UInt32(0), as: UInt64.self) == 1)
        // Twice under 3 by number, once under 1 by key.
        #expect(try loaded.map("third").value(for: UInt32(0), as: UInt64.self) == 3)
        #expect(try loaded.value(of: "continued", as: UInt64.self) == 2)
    }

    @Test func aProgramThatOnlyItselfGoesOnWithIsAttached() throws {
        var object = try SelfCalling.object()
        try object.set("target_thread", to: UInt32(bitPattern: current_thread()))
        let loaded = try object.load()
        let links = try loaded.attachAll()
        #expect(links.count == 1)
        _ = getpgid(0)
        links.detach()
        #expect(try loaded.value(of: "turns", as: UInt64.self) == 3)
    }

    @Test func theKernelsFunctionsVariablesAndAddressesAreFoundByName() throws {
        guard try KernelTypes.running().types(named: "bpf_task_from_pid", kinds: [.function]).count > 0 else {
            print("not run, because this kernel has no bpf_task_from_pid (Linux 6.2)")
            return
        }
        var object = try KernelSymbols.object()
        try object.set("target_thread", to: UInt32(bitPattern: current_thread()))
        let loaded = try object.load()
        let link = try loaded.program("asks").attach()
        _ = getpgid(0)
        link.detach()
        #expect(try loaded.value(of: "address", as: UInt64.self) == address(of: "_stext"))
        #expect(try loaded.value(of: "missing", as: UInt64.self) == 0)
        #expect(try loaded.value(of: "has_function", as: UInt32.self) == 0)
        #expect(try loaded.value(of: "found", as: UInt32.self) == UInt32(getpid()))
    }

    @Test func aVariableOfTheKernelsIsReadThroughItsType() throws {
        let types: [TypeID] = try KernelTypes.running().types(named: "bpf_prog_active", kinds: [.variable])
        guard !types.isEmpty, address(of: "bpf_prog_active") != nil else {
            print("not run, because this kernel does not say where its variables lie (CONFIG_KALLSYMS_ALL), or of what types they are")
            return
        }
        var object = try KernelSymbols.object()
        try object.set("target_thread", to: UInt32(bitPattern: current_thread()))
        for index in object.programs.indices { object.programs[index].isLoaded = object.programs[index].name == "reads_a_variable" }
        let loaded = try object.load()
        let links = try loaded.attachAll()
        _ = getpgid(0)
        links.detach()
        // How many programs run on this CPU, this one among them or not.
        #expect((0...8).contains(try loaded.value(of: "active", as: Int64.self)))
    }

    @Test func aFunctionThatTheKernelLacksIsNamedByTheProgramThatNeedsIt() throws {
        var object = try KernelSymbols.object()
        for index in object.programs.indices { object.programs[index].isLoaded = object.programs[index].name == "needs_what_is_missing" }
        let error = try #require(throws: EBPFError.self) { try object.load() }
        #expect(error.code == .noSuchTarget)
        #expect(error.operation == "load program 'needs_what_is_missing' (tracing)")
        #expect(error.cause == "this kernel has no 'bpf_no_kernel_has_that', which the program needs")
    }

    @Test func aSetOfFunctionsIsFittedToTheKernelAndItsProgramsAreVerified() throws {
        let loaded = try StructOperations.object().load()
        // What the kernel does not have is left out, and so is what is not to be created.
        #expect(loaded.programs.map(\.name) == ["steady_ssthresh", "steady_cong_avoid", "steady_undo_cwnd"])
        #expect(loaded.maps.filter { $0.type == .structOps }.map(\.name) == ["steady"])
        #expect(try loaded.map("steady").valueSize > 16)
        #expect(throws: EBPFError.self) { try loaded.map("optional") }
    }

    @Test func anExclusiveMapIsUsedByItsProgramAlone() throws {
        var object = try MapsOfMaps.object()
        let map = try object.mapIndex("next")
        object.maps[map].exclusiveProgram = "counts"
        guard let version = KernelVersion.running, version >= KernelVersion(6, 18) else {
            print("not run, because this kernel has no exclusive maps (Linux 6.18)")
            return
        }
        let loaded = try object.load()
        #expect(loaded.programs.count == 2)
        object.maps[map].exclusiveProgram = "goes_on"
        let error = try #require(throws: EBPFError.self) { try object.load() }
        #expect(error.operation == "load program 'counts' (tracepoint)")
    }

    @Test func aPinnedMapIsMadeOnceAndSharedByName() throws {
        try PrivateMounts.withBPFFileSystem { directory in
            let options = LoadOptions(pinDirectory: directory)
            let first = try Pinned.object().load(options)
            #expect(access(directory + "/kept", F_OK) == 0)
            try first.map("kept").update(UInt32(1), to: UInt64(42))
            let second = try Pinned.object().load(options)
            #expect(try second.map("kept").value(for: UInt32(1), as: UInt64.self) == 42)
            let apart = try Pinned.object().load(LoadOptions(pinDirectory: nil))
            #expect(try apart.map("kept").value(for: UInt32(1), as: UInt64.self) == nil)

            var other = try Pinned.object()
            other.maps[try other.mapIndex("kept")].maxEntries = 9
            let error = try #require(throws: EBPFError.self) { try other.load(options) }
            #expect(error.operation == "use the map pinned at \(directory)/kept as 'kept'")
            #expect(error.cause == "its number of entries is 8, the object's 9")
        }
    }

    @Test func aLoadThatFailsLeavesNoPinButThoseOfOthers() throws {
        try PrivateMounts.withBPFFileSystem { directory in
            let options = LoadOptions(pinDirectory: directory)
            var failing = try Pinned.object()
            for index in failing.programs.indices { failing.programs[index].type = .unspecified }
            #expect(throws: EBPFError.self) { try failing.load(options) }
            #expect(access(directory + "/kept", F_OK) != 0)
            let whole = try Pinned.object().load(options)
            #expect(throws: EBPFError.self) { try failing.load(options) }
            #expect(access(directory + "/kept", F_OK) == 0)
            _ = consume whole
            #expect(access(directory + "/kept", F_OK) == 0)
        }
    }

    @Test func manyThatPinTheSameMapAtOnceShareIt() throws {
        try PrivateMounts.withBPFFileSystem { directory in
            let failures = Mutex<[String]>([])
            for _ in 0..<20 {
                // Threads that share this one's mounts.
                let ends = (0..<4).map { _ in
                    let end = DispatchSemaphore(value: 0)
                    Thread.detachNewThread {
                        do { _ = try Pinned.object().load(LoadOptions(pinDirectory: directory)) } catch {
                            failures.withLock { $0.append("\(error)") }
                        }
                        end.signal()
                    }
                    return end
                }
                for end in ends { end.wait() }
                unlink(directory + "/kept")
            }
            #expect(failures.withLock { $0 } == [])
        }
    }

    @Test func constantsThatNoProgramReadsAreTiedToIt() throws {
        let loaded = try Pinned.object().load(LoadOptions(pinDirectory: nil))
        #expect(try loaded.program("reads").information().mapCount == 2)
    }

    @Test func aDirectoryThatIsNoBPFFileSystemIsNamedWithWhatToDo() throws {
        let error = try #require(throws: EBPFError.self) { try Pinned.object().load(LoadOptions(pinDirectory: "/proc")) }
        #expect(error.operation == "pin map 'kept' at /proc/kept")
        #expect(error.remedy?.contains("mount -t bpf bpf /sys/fs/bpf") == true)
    }

    /// Where `/proc/kallsyms` says that a symbol of the kernel lies.
    private func address(of symbol: String) -> UInt64? {
        let line = text(of: "/proc/kallsyms").split(separator: "\n").first { $0.hasSuffix(" " + symbol) }
        return line.flatMap { UInt64($0.prefix(16), radix: 16) }
    }

    private func text(of path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
        }
    }
}
