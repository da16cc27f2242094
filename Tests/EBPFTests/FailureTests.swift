// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
@testable import EBPF
import Glibc
import Testing

/// Why something could not be made, judged from the error and the thing: no kernel is asked.
struct FailureTests {
    func creating(_ definition: MapDefinition, _ errno: Int32, kernel: KernelVersion = "6.1") -> Failure {
        Failure.ofCreating(definition, errno: errno, kernel: kernel, pageSize: 4096, cpus: 4)
    }

    @Test func aKindThatTheKernelIsTooOldForIsNamedWithItsRelease() {
        let failure = creating(MapDefinition(name: "ring", type: .ringBuffer, maxEntries: 4096), EINVAL, kernel: "5.4")
        #expect(failure.code == .unsupported)
        #expect(failure.cause == "maps of type ringbuf appeared in Linux 5.8, this kernel is 5.4")
    }

    @Test func sizesThatTheKindDoesNotTakeAreNamed() {
        func complaint(_ type: UInt32, key: UInt32 = 4, value: UInt32 = 8, entries: UInt32 = 8) -> String {
            let definition = MapDefinition(name: "m", type: MapType(rawValue: type), keySize: key, valueSize: value, maxEntries: entries)
            let failure = creating(definition, EINVAL)
            return failure.code == .invalid ? String(failure.cause.trimmingPrefix("the kernel does not accept its sizes: ")) : ""
        }
        #expect(
            complaint(27, key: 0, value: 0, entries: 5000)
                == "its size (max_entries) is a power of two and a multiple of a page, 4096 bytes, but is given 5000")
        #expect(complaint(27, value: 0, entries: 4096) == "it has no key, but is given one of 4 bytes")
        #expect(complaint(2, key: 8) == "its key has 4 bytes, but is given 8")
        #expect(complaint(1, entries: 0) == "its number of entries (max_entries) is missing")
        #expect(complaint(1, value: 0) == "the size of its value is missing")
        #expect(complaint(4) == "its value has 4 bytes, but is given 8")
        #expect(complaint(11) == "its key has at least 5 bytes, but is given 4")
        #expect(complaint(11, key: 8) == "it takes the flag BPF_F_NO_PREALLOC")
        #expect(complaint(24) == "it takes no number of entries (max_entries), but is given 8")
        #expect(complaint(7, value: 12) == "its value has a multiple of 8 bytes, but is given 12")
        #expect(complaint(1) == "")
    }

    @Test func aFlagThatTheKernelIsTooOldForIsNamed() {
        let map = MapDefinition(name: "m", type: .array, keySize: 4, valueSize: 8, maxEntries: 1, flags: .mappable)
        #expect(creating(map, EINVAL, kernel: "5.4").cause == "its flag BPF_F_MMAPABLE appeared in Linux 5.5, this kernel is 5.4")
        #expect(creating(map, EINVAL, kernel: "5.5").code == .system)
    }

    @Test func aMapThatIsTooLargeIsToldHowLargeItIs() {
        let huge = MapDefinition(name: "m", type: .hash, keySize: 4, valueSize: 1 << 20, maxEntries: 1 << 20)
        #expect(creating(huge, E2BIG).cause.contains("1048576 entries of 4 + 1048576 bytes, about 1024 GiB"))
        #expect(creating(huge, ENOMEM).remedy?.contains("BPF_F_NO_PREALLOC") == true)
        // No size makes the sum overflow.
        let endless = MapDefinition(name: "m", type: .perCPUHash, keySize: .max, valueSize: .max, maxEntries: .max)
        #expect(creating(endless, ENOMEM).cause.contains("TiB"))
        #expect(Failure.ofCreating(endless, errno: ENOMEM, kernel: nil, pageSize: 0, cpus: .max).cause.contains("TiB"))
    }

    @Test func aProgramThatOlderKernelsDoNotAttachAgainIsToldSo() {
        let hook = Hook.function(name: "vfs_read", .entry)
        let old = Failure.ofAttaching(.tracing, to: hook, errno: ENOENT, AttachCircumstances(kernel: "5.10"))
        #expect(old?.code == .unsupported && old?.cause.contains("attached again since Linux 5.13, this kernel is 5.10") == true)
        #expect(old?.remedy == "load it once more")
        #expect(Failure.ofAttaching(.tracing, to: hook, errno: ENOENT, AttachCircumstances(kernel: "6.1")) == nil)
    }

    @Test func anErrorOfTheKernelsOwnHasAText() {
        #expect(Failure.text(of: 524).contains("ENOTSUPP"))
        #expect(creating(MapDefinition(name: "m", type: .lruHash, keySize: 4, valueSize: 4, maxEntries: 4), 524).code == .unsupported)
    }

    @Test func aFullMapAndAnIndexThatIsTooLargeAreToldApart() {
        #expect(Failure.ofElement(E2BIG, type: .hash, maxEntries: 2).cause == "it is full: it holds 2 entries at most")
        #expect(Failure.ofElement(E2BIG, type: .array, maxEntries: 2).cause == "the index lies behind its 2 entries")
        #expect(Failure.ofElement(ENOENT, type: .hash, maxEntries: 2).cause == "No such file or directory")
    }

    @Test func aConditionThatDoesNotHoldIsNamed() {
        let failure = Failure.ofElement(EEXIST, type: .devmap, maxEntries: 2, .ifAbsent)
        #expect(failure.code == .unmetCondition)
        #expect(failure.cause == "it was to be set only if absent, and all indices of a map of type devmap are there")
        #expect(Failure.ofElement(ENOENT, type: .sockhash, maxEntries: 2, .ifPresent).code == .unmetCondition)
        // Not what was asked for, but what else the kernel misses.
        #expect(Failure.ofElement(ENOENT, type: .hash, maxEntries: 2, .ifAbsent).code == .system)
        #expect(Failure.ofElement(EEXIST, type: .hash, maxEntries: 2, .always).code == .system)
    }

    @Test func freezingTwiceIsToldSo() {
        #expect(Failure.ofFreezing(errno: EBUSY, kernel: "6.1").cause.hasPrefix("it is frozen already"))
        #expect(Failure.ofFreezing(errno: EINVAL, kernel: "5.1").code == .unsupported)
    }

    @Test func aPinThatCannotBeIsToldWhy() throws {
        let bpf = PinCircumstances(directory: PinCircumstances.magic)
        let other = PinCircumstances(directory: 0x0102_1994)
        func cause(_ errno: Int32, _ seen: PinCircumstances, _ path: String = "/sys/fs/bpf/name") -> String? {
            Failure.ofPinning(at: path, errno: errno, seen)?.cause
        }
        #expect(cause(EEXIST, bpf) == "something is pinned at /sys/fs/bpf/name already")
        #expect(cause(ENOENT, bpf) == "there is no directory /sys/fs/bpf")
        #expect(cause(EPERM, other)?.contains("not on a BPF file system") == true)
        #expect(cause(ENOENT, other)?.contains("not on a BPF file system") == true)
        #expect(cause(ENOENT, PinCircumstances()) == "there is no directory /sys/fs/bpf")
        #expect(cause(EPERM, bpf, "/sys/fs/bpf/.rodata") == "the name '.rodata' has a dot, which the BPF file system does not allow")
        #expect(cause(EPERM, bpf) == nil)
        #expect(cause(EACCES, bpf) == "this user may not write to /sys/fs/bpf")
        #expect(cause(ENODEV, PinCircumstances(kernelHasFileSystem: false))?.contains("no BPF file system") == true)
        #expect(PinCircumstances.directory(of: "/name") == "/")
        #expect(PinCircumstances.directory(of: "name") == ".")
        #expect(Failure.ofOpening(pinAt: "/sys/fs/bpf/a", errno: ENOENT, bpf)?.cause == "nothing is pinned at /sys/fs/bpf/a")
        #expect(Failure.ofOpening(pinAt: "/tmp/a", errno: EACCES, other)?.cause.contains("not on a BPF file system") == true)
    }

    @Test func aKindOfProgramThatTheKernelIsTooOldForIsNamed() {
        let failure = Failure.ofLoading(.tracing, instructionCount: 2, errno: EINVAL, kernel: "5.4")
        #expect(failure.code == .unsupported)
        #expect(failure.cause == "programs of type tracing appeared in Linux 5.5, this kernel is 5.4")
        #expect(Failure.ofLoading(.tracing, instructionCount: 1_000_001, errno: E2BIG, kernel: "6.1").cause.contains("1000001"))
        #expect(Failure.ofLoading(.tracing, instructionCount: 2, errno: 524, kernel: "6.1").code == .unsupported)
    }

    @Test func aKindOfTypesThatTheKernelIsTooOldForIsNamed() {
        let log = "magic: 0xeb9f\nversion: 1\n[5] UNKNOWN_19 (anon) size=8 vlen=2\n[5] Invalid kind:19\n"
        let failure = Failure.ofLoadingTypes(log: log, errno: EINVAL, kernel: "5.10")
        #expect(failure.code == .unsupported)
        #expect(failure.cause.contains("types of kind 19 appeared in Linux 6.0"))
        let other = Failure.ofLoadingTypes(log: "[1] INT (anon) Invalid name\n", errno: EINVAL, kernel: "5.10")
        #expect(other.code == .object)
        #expect(other.cause == "the kernel refused them: [1] INT (anon) Invalid name")
        #expect(Failure.ofLoadingTypes(log: "", errno: E2BIG, kernel: "6.1").cause.contains("16 MiB"))
    }

    @Test func aHookThatIsTakenNamesWhoHasItAsFarAsThatIsKnown() {
        func failure(_ hook: Hook, _ errno: Int32, _ holders: [Holder]?) -> Failure? {
            Failure.ofAttaching(.xdp, to: hook, errno: errno, AttachCircumstances(kernel: "6.18", holders: holders))
        }
        let one = Holder(id: 12, name: "filter", link: 5), two = Holder(id: 13)
        #expect(Holder.text([one, two, one, two, two]) == "program 12 ('filter', link 5), program 13, program 12 ('filter', link 5) and 2 more")
        let device = failure(.xdp(interface: "lo"), EBUSY, [one])
        #expect(device?.cause == "program 12 ('filter', link 5) is attached there")
        #expect(device?.remedy == "detach that one first ('bpftool link detach id 5'), or replace it: update its link")
        #expect(failure(.xdp(interface: "lo"), EBUSY, nil)?.cause == "another program is attached there")
        #expect(failure(.netfilter, EBUSY, [two])?.cause == "program 13 has this priority there")
        #expect(failure(.netfilter, EBUSY, [one, two])?.cause == "one of program 12 ('filter', link 5) and program 13 has this priority there")
        #expect(failure(.netfilter, EBUSY, [])?.cause.contains("no program has this priority") == true)
        #expect(failure(.netfilter, EBUSY, nil)?.cause.contains("or a hook of the kernel's") == true)
        #expect(failure(.networkNamespace(.flowDissector, path: nil), E2BIG, [two])?.cause.hasPrefix("program 13 is attached there; ") == true)
        #expect(failure(.networkNamespace(.flowDissector, path: nil), EEXIST, [two])?.cause.contains("older form") == true)
        #expect(failure(.socketMap(.skMsgVerdict), EBUSY, [two])?.cause == "program 13 is attached to the map")
        #expect(failure(.tracepoint(category: "a", name: "b"), E2BIG, [one, two])?.cause.contains("64 programs") == true)
        #expect(failure(.structOperations(map: "set"), EEXIST, [Holder(.map, id: 7, name: "steady")])?.cause.contains("map 7 ('steady')") == true)
    }
}
