// SPDX-License-Identifier: Apache-2.0

import BPFAssembly
import BPFObject
import CLinux
import Glibc

/// Over what a program of an iterator walks, where not over all that there is (`union bpf_iter_link_info`).
public enum IteratorScope: Sendable {
    /// All objects of the kind. Kinds that go over one map (`bpf_map_elem`, `bpf_sk_storage_map`, `sockmap`) or from a cgroup on (`cgroup`) take no such walk.
    case all
    /// The elements of a map (`bpf_map_elem`, `bpf_sk_storage_map`, `sockmap`).
    case map(Map)
    /// What a process has: its threads, its files, its mappings (`task`, `task_file`, `task_vma`), Linux 6.1.
    case process(Int32)
    /// One thread, Linux 6.1.
    case thread(Int32)
    /// A cgroup and those below it, Linux 6.1.
    case cgroup(path: String, CgroupWalk)

    /// Parameters of its form that make no sense, which kernels that look at them refuse; `nil` where all do.
    fileprivate var senseless: [UInt8]? {
        switch self {
        case .all: nil
        // No map.
        case .map: Int32(0).nativeBytes
        // A thread and a process at once.
        case .process, .thread: [1, 1, 0].flatMap { (number: Int32) in number.nativeBytes }
        // An order that there is not.
        case .cgroup: UInt32.max.nativeBytes + [UInt8](repeating: 0, count: 12)
        }
    }
}

/// In which order an iterator goes through cgroups (`enum bpf_cgroup_iter_order`).
public enum CgroupWalk: UInt32, Sendable, Hashable {
    /// The cgroup alone.
    case only = 1
    /// A cgroup before those below it.
    case parentsFirst = 2
    /// Those below a cgroup before it.
    case childrenFirst = 3
    /// From the cgroup up to the root.
    case ancestors = 4
}

extension Program {
    /// Makes the program ready to be walked with over the kernel's objects of the kind that it was loaded for. Linux 5.8.
    ///
    /// Each ``Link/walk()`` of the link is one walk.
    ///
    /// - Throws: ``EBPFError`` where the kind takes no such scope or does not go without one, or the map, process or cgroup is not there.
    public func attachIterator(over scope: IteratorScope = .all) throws(EBPFError) -> Link {
        var kind = name
        if case .iterator(let name) = self.hook { kind = name }
        let hook = Hook.iterator(kind: kind)
        try check([.tracing], for: hook)
        // The kernel says EINVAL alone. Of a program that was opened, and that no section describes, nothing is known.
        guard attachType == nil || attachType == .traceIterator else {
            throw EBPFError(
                .invalid, operation(attachingTo: hook), cause: "it was loaded for \(attachType?.description ?? "another hook"), not for walks",
                remedy: "name its section iter/KIND, such as iter/task, or attach it with attach()")
        }
        if let senseless = scope.senseless { try check(heeding: senseless, of: scope, hook, kind: kind) }
        // The cgroup need be open until the link has it.
        var cgroup: SharedDescriptor?
        var parameters: [UInt8] = []
        switch scope {
        case .all: break
        case .map(let map): parameters = map.descriptor.number.nativeBytes
        case .thread(let thread): parameters = [thread, 0, 0].flatMap { $0.nativeBytes }
        case .process(let process): parameters = [0, process, 0].flatMap { $0.nativeBytes }
        case .cgroup(let path, let walk):
            let number = linux_openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard number >= 0 else { throw EBPFError(system: errno, "\(operation(attachingTo: hook)) (\(path))") }
            cgroup = SharedDescriptor(Descriptor(number))
            parameters = walk.rawValue.nativeBytes + number.nativeBytes + [UInt8](repeating: 0, count: 8)
        }
        let number = createIterator(parameters)
        if case .all = scope, let failure = Failure.ofWalking(kind, errno: -number) {
            throw EBPFError(failure, operation(attachingTo: hook), errno: -number)
        }
        return try withExtendedLifetime(cgroup) { () throws(EBPFError) in try link(hook, number) }
    }

    /// Makes sure that the kernel looks at what a walk of this kind is limited to: kernels before 6.1, and kinds that take no such limit, ignore it or
    /// have no room for it, and would walk over everything.
    private func check(heeding senseless: [UInt8], of scope: IteratorScope, _ hook: Hook, kind: String) throws(EBPFError) {
        let number = createIterator(senseless)
        if number >= 0 { close(number) }
        guard number >= 0 || number == -E2BIG else { return }
        let operation = operation(attachingTo: hook)
        if case .map = scope {
            throw EBPFError(
                .invalid, operation, cause: "walks of kind \(kind) go over no map", remedy: "leave it out: attachIterator() goes over all")
        }
        if let failure = Failure.ofOptions([.iteratorScope], errno: EINVAL, kernel: .running) { throw EBPFError(failure, operation, errno: EINVAL) }
        throw EBPFError(
            .invalid, operation, cause: "walks of kind \(kind) are not limited to a process, thread or cgroup on this kernel",
            remedy: LaterOption.iteratorScope.remedy)
    }

    private func createIterator(_ parameters: [UInt8]) -> Int32 {
        parameters.withUnsafeBytes { bytes in
            createLink(target: 0, .traceIterator) { details in
                details.iterator.parameters = bytes.count == 0 ? 0 : address(bytes.baseAddress)
                details.iterator.parameters_len = UInt32(bytes.count)
            }
        }
    }
}

extension Failure {
    /// What a walk lacks that was asked to go over all; `nil` where the kernel means something else. Seen on Linux 5.10 to 7.2, whose
    /// `bpf_iter_attach_map` and `bpf_iter_attach_cgroup` say the number alone.
    static func ofWalking(_ kind: String, errno: Int32) -> Failure? {
        switch (kind, errno) {
        case (_, EBADF):
            Failure(.invalid, "walks of kind \(kind) go over one map, and none is named", "name it: attachIterator(over: .map(...))")
        case ("cgroup", EINVAL):
            Failure(
                .invalid, "walks of kind cgroup begin at one, and none is named",
                "name it, and in which order: attachIterator(over: .cgroup(path: ..., .parentsFirst))")
        default: nil
        }
    }
}

extension Link {
    /// Begins a walk with an iterator's program. Linux 5.8.
    ///
    /// - Throws: ``EBPFError`` where the link is to no iterator.
    public borrowing func walk() throws(EBPFError) -> Walk {
        let operation = "walk with \(hook)"
        switch hook {
        // Of a link that was opened, and that no kernel so far has, nothing is known.
        case .iterator, .other: break
        default:
            throw EBPFError(
                .invalid, operation, cause: "only programs of iterators are walked with, and this link's is attached to another hook",
                remedy: "attach a program of section \"iter/...\": with attachIterator(), or with attach()")
        }
        let link = try kernelLink(for: operation)
        var attributes = bpf_iterator_create_attributes()
        attributes.link_fd = UInt32(bitPattern: link.number)
        let number = bpf(.iteratorCreate, &attributes)
        guard number >= 0 else { throw EBPFError(system: -number, operation, needs: [.bpf]) }
        return Walk(operation: operation, descriptor: Descriptor(number))
    }
}

/// One walk over the kernel's objects: what the program has written (`bpf_seq_write`, `bpf_seq_printf`).
public struct Walk: ~Copyable, Sendable {
    private let operation: String
    private let descriptor: Descriptor

    init(operation: String, descriptor: consuming Descriptor) {
        self.operation = operation
        self.descriptor = descriptor
    }

    /// Reads on: some bytes, none at the end of the walk. The kernel calls the program as far as that takes.
    ///
    /// - Parameter maximum: how many bytes at most.
    /// - Throws: ``EBPFError`` where the program wrote more than fits at once (E2BIG), or the walk was cut off.
    public mutating func read(maximum: Int = 64 * 1024) throws(EBPFError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: max(1, min(maximum, 1 << 24)))
        var attempts = 100
        while true {
            let count = Glibc.read(descriptor.number, &bytes, bytes.count)
            if count >= 0 {
                bytes.removeLast(bytes.count - count)
                return bytes
            }
            // EAGAIN: the program asked for the same object again, or many were left out.
            attempts -= 1
            guard errno == EINTR || errno == EAGAIN, attempts > 0 else { throw EBPFError(system: errno, operation) }
        }
    }

    /// Reads all that the walk has still to give.
    ///
    /// - Throws: ``EBPFError`` as ``read(maximum:)``.
    public mutating func readAll() throws(EBPFError) -> [UInt8] {
        var all: [UInt8] = []
        while true {
            let more = try read()
            if more.isEmpty { return all }
            all += more
        }
    }
}
