// SPDX-License-Identifier: Apache-2.0

/// The CPUs of the machine, as sysfs lists them (`Documentation/admin-guide/cputopology.rst`).
///
/// What cannot be read is never taken for one CPU: the kernel copies a value for each that there can be, into whatever room there is.
enum CPUs {
    /// How many CPUs the machine can ever have; the numbers of all of them are smaller.
    ///
    /// - Throws: ``EBPFError`` where nobody can tell.
    static func limit(for operation: @autoclosure () -> String = purpose) throws(EBPFError) -> Int {
        (try possible(operation).last ?? 0) + 1
    }

    /// How many values a map holds for a key in which each CPU has its own: they are packed where numbers are left out (`num_possible_cpus`).
    ///
    /// - Throws: ``EBPFError`` where nobody can tell.
    static func valueCount(for operation: @autoclosure () -> String = purpose) throws(EBPFError) -> Int {
        try possible(operation).count
    }

    /// The numbers of the CPUs that run now; at least one.
    ///
    /// - Throws: ``EBPFError`` where nobody can tell.
    static func online(for operation: @autoclosure () -> String = purpose) throws(EBPFError) -> [Int] {
        try found(numbers("online"), "online", operation)
    }

    /// The numbers of those that there can ever be, which a kernel that runs keeps.
    private static func possible(_ operation: () -> String) throws(EBPFError) -> [Int] {
        if let known = known.withLock({ $0 }) { return known }
        let numbers = try found(numbers("possible"), "possible", operation)
        known.withLock { $0 = numbers }
        return numbers
    }

    private static let known = Locked<[Int]?>(nil)

    /// What is done by who says nothing else.
    private static var purpose: String { "find out which CPUs the machine has" }

    static func found(_ numbers: [Int]?, _ name: String, _ operation: () -> String) throws(EBPFError) -> [Int] {
        if let numbers { return numbers }
        throw EBPFError(
            .system, operation(), cause: "sysfs cannot be read, where the kernel lists the CPUs (/sys/\(directory)/\(name))",
            remedy: "mount it as root: mount -t sysfs sysfs /sys")
    }

    /// Where the lists are, below the mount of sysfs.
    private static let directory = "devices/system/cpu"

    /// The numbers of a list; `nil` where it cannot be read.
    ///
    /// - Parameter mount: sysfs where it is not mounted: by default a mount of its own, which takes CAP_SYS_ADMIN and is gone with its descriptor.
    static func numbers(
        _ name: String, in mounted: String = "/sys", mount: () -> Descriptor? = { PrivateMount.open("sysfs") }
    ) -> [Int]? {
        if let numbers = SmallFile.read("\(mounted)/\(directory)/\(name)").flatMap(parse) { return numbers }
        guard let mount = mount() else { return nil }
        return SmallFile.read("\(directory)/\(name)", in: mount.number).flatMap(parse)
    }

    /// Reads a list of the form `0-3,6`; `nil` where it is none, or empty.
    static func parse(_ text: String) -> [Int]? {
        var numbers: [Int] = []
        for part in text.split(whereSeparator: { $0 == "," || $0 == "\n" }) {
            let ends = part.split(separator: "-").map { Int($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last, last < 65536 else { return nil }
            numbers.append(contentsOf: first...last)
        }
        return numbers.isEmpty ? nil : numbers
    }
}
