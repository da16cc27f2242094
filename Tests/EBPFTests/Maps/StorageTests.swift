// SPDX-License-Identifier: Apache-2.0

import CLinux
import CNamespaces
@testable import EBPF
import ELF
import Glibc
import Testing

/// Values that go with sockets, inodes, tasks and cgroups; stacks; sets of functions.
@Suite(.serialized, .enabled(if: LiveKernel.isAvailable, LiveKernel.reason))
struct StorageTests {
    /// The fixture with one of its maps; `nil` where this kernel has none of its kind.
    private func load(_ name: String) throws -> Map? {
        var object = try Maps.object()
        for index in object.maps.indices where !object.maps[index].isDataSection { object.maps[index].isCreated = object.maps[index].name == name }
        do throws(EBPFError) {
            return try object.load().map(name)
        } catch {
            guard error.code == .unsupported || error.errno == EINVAL || error.errno == 524 else { throw error }
            print("not run, because \(error)")
            return nil
        }
    }

    /// Machines other than x86-64 have an instruction of another name.
    private static let exchangesSixteenBytes: Bool = {
        #if arch(x86_64)
            return (SmallFile.read("/proc/cpuinfo") ?? "").split(whereSeparator: \.isWhitespace).contains("cx16")
        #else
            return true
        #endif
    }()

    private func exercise(_ storage: some ObjectStorage<UInt64>, _ descriptor: Int32) throws {
        #expect(try storage.value(for: descriptor) == nil)
        let first = Result { try storage.update(descriptor, to: 5, .ifAbsent) }
        if case .failure(let error as EBPFError) = first, error.errno == ENOMEM, !Self.exchangesSixteenBytes {
            print("not run, because from Linux 7.0 on storage takes memory by cmpxchg16b (kmalloc_nolock), which this machine does without")
            return
        }
        try first.get()
        #expect(try #require(throws: EBPFError.self) { try storage.update(descriptor, to: 6, .ifAbsent) }.errno == EEXIST)
        #expect(try storage.value(for: descriptor) == 5)
        #expect(try storage.remove(descriptor))
        #expect(try !storage.remove(descriptor))
        #expect(throws: EBPFError.self) { try storage.update(-1, to: 1) }
    }

    @Test func aSocketHasAValue() throws {
        guard let map = try load("of_sockets") else { return }
        let number = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(number) }
        try exercise(SocketStorage(map), number)
        #expect(throws: EBPFError.self) { try SocketStorage<UInt32>(map) }
        #expect(throws: EBPFError.self) { try TaskStorage<UInt64>(map) }
        #expect(throws: EBPFError.self) { try SocketStorage<Double>(map) }
    }

    @Test func anInodeHasAValue() throws {
        guard let map = try load("of_inodes") else { return }
        let file = try #require(tmpfile())
        defer { fclose(file) }
        try exercise(InodeStorage(map), fileno(file))
    }

    @Test func aTaskHasAValue() throws {
        guard let map = try load("of_tasks") else { return }
        // pidfd_open(2), which has the same number everywhere.
        let number = linux_pidfd_open(getpid())
        try #require(number >= 0)
        defer { close(number) }
        try exercise(TaskStorage(map), number)
    }

    @Test func aCgroupHasAValue() throws {
        guard let map = try load("of_cgroups") else { return }
        let cgroup: OwnCgroup
        do {
            cgroup = try OwnCgroup()
        } catch { return print("not run, because \(error)") }
        let number = open(cgroup.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { close(number) }
        try exercise(CgroupStorage(map), number)
    }

    @Test func stacksAreAddressesOrBuildIDs() throws {
        let map = try Map.create(MapDefinition(name: "stacks", type: .stackTrace, keySize: 4, valueSize: 64, maxEntries: 8), btf: nil)
        let stacks = try StackTraceMap(map)
        #expect(try stacks.addresses(of: 1) == nil)
        #expect(try stacks.ids().isEmpty)
        #expect(throws: EBPFError.self) { try stacks.entries(of: 1) }
        let withIDs = MapDefinition(name: "stacks", type: .stackTrace, keySize: 4, valueSize: 64, maxEntries: 8, flags: .stackBuildID)
        let identities = try StackTraceMap(Map.create(withIDs, btf: nil))
        #expect(try identities.entries(of: 1) == nil)
        #expect(throws: EBPFError.self) { try identities.addresses(of: 1) }
    }

    @Test func stacksThatAProgramTookAreRead() throws {
        var object = try Stacks.object()
        try object.set("target_process", to: UInt32(getpid()))
        let loaded = try object.load()
        let stacks = try StackTraceMap(loaded.map("traces"))
        let links = try loaded.attachAll()
        _ = getsid(0)
        links.detach()
        let ids = try stacks.ids()
        let id = try #require(ids.first)
        let addresses = try #require(try stacks.addresses(of: id))
        #expect(!addresses.isEmpty && addresses.allSatisfy { $0 != 0 })
        #expect(try stacks.remove(id))
        #expect(try stacks.addresses(of: id) == nil)
    }

    /// Where in a file an address of this process lies.
    private struct Place {
        let path: String
        let offset: UInt64

        init?(of address: UInt64) {
            for line in (SmallFile.read("/proc/self/maps") ?? "").split(separator: "\n") {
                // start-end rights offset device inode path
                let words = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
                let ends = words[0].split(separator: "-").compactMap { UInt64($0, radix: 16) }
                guard ends.count == 2, ends[0] <= address, address < ends[1], words.count == 6, let start = UInt64(words[2], radix: 16) else {
                    continue
                }
                path = words[5].drop { $0 == " " }.description
                offset = address - ends[0] + start
                return
            }
            return nil
        }
    }

    /// Asks for the session's number, from a function whose place is known.
    private static let asksTwice: @convention(c) () -> Int32 = {
        asks() &+ asks()
    }

    @inline(never) private static func asks() -> Int32 { getsid(0) &+ getpgid(0) }

    /// In a process of its own, so that no other thread leaves stacks.
    @Test func stacksByBuildIDAreTheFilesAndPlacesOfTheAddresses() async {
        await #expect(processExitsWith: .success) {
            var object = try Stacks.object()
            try object.set("target_process", to: UInt32(getpid()))
            let loaded = try object.load()
            let (addresses, identified) = (try StackTraceMap(loaded.map("traces")), try StackTraceMap(loaded.map("identified")))
            let links = try loaded.attachAll()
            _ = StorageTests.asksTwice()
            links.detach()
            let stacks = try addresses.ids().map { try addresses.addresses(of: $0) ?? [] }
            let identities = try identified.ids().map { try identified.entries(of: $0) ?? [] }
            // The two calls come from two places.
            #expect(stacks.count == 2 && identities.count == 2)
            let start = try #require(
                StorageTests.Place(of: UInt64(UInt(bitPattern: unsafeBitCast(StorageTests.asksTwice, to: UnsafeRawPointer.self)))))
            let program = try ELFFile(FileContents.read(start.path))
            let buildID = try #require(try program.buildID(), "the linker gives this program a build id")
            for stack in stacks {
                let places = stack.map { StorageTests.Place(of: $0) }
                let entries = try #require(
                    identities.first {
                        $0.count == stack.count && zip($0, places).allSatisfy { $0.fileOffset == nil || $0.fileOffset == $1?.offset }
                    },
                    "\(places) are not among \(identities)")
                for (entry, place) in zip(entries, places) where entry.fileOffset != nil {
                    let path = try #require(place?.path)
                    #expect(try entry.identity == (path == start.path ? buildID : ELFFile(FileContents.read(path)).buildID()), "\(path)")
                }
                // The frame of the function, which the file has among what is executed.
                let ours = entries.filter { $0.identity == buildID }.compactMap(\.fileOffset)
                #expect(ours.contains { $0 > start.offset && $0 < start.offset + 512 }, "\(ours) and \(start.offset)")
                for offset in ours { #expect(program.address(ofFileOffset: offset).flatMap { program.fileOffset(ofAddress: $0) } == offset) }
            }
            #expect(try identified.remove(try identified.ids()[0]))
            #expect(try identified.ids().count == 1)
        }
    }

    @Test func aSetOfFunctionsHasAState() throws {
        let object = try StructOperations.object()
        let loaded: LoadedObject
        do {
            loaded = try object.load()
        } catch { return print("not run, because \(error)") }
        let set = try StructOpsMap(loaded.map("steady"))
        #expect(try set.state() == .initial)
        let link = try loaded.attachStructOperations("steady")
        #expect(try set.state() == .inUse)
        let second = try object.load()
        let taken = #expect(throws: EBPFError.self) { _ = try second.attachStructOperations("steady") }
        #expect(taken?.code == .busy && taken?.cause.contains("a set of that name is there already") == true, "\(String(describing: taken))")
        #expect(try taken?.cause.contains("map \(set.map.information().id) ('steady')") == true, "\(String(describing: taken))")
        link.detach()
        #expect(throws: EBPFError.self) { try HashMap<UInt32, UInt32>(set.map) }
    }
}
