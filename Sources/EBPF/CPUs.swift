// SPDX-License-Identifier: Apache-2.0

/// The CPUs of the machine.
enum CPUs {
    /// How many CPUs the machine can ever have; the numbers of all of them are smaller.
    static let possible = (list("possible").last ?? 0) + 1

    /// How many values a map holds for a key in which each CPU has its own: they are packed where numbers are left out (`num_possible_cpus`).
    static let valueCount = max(list("possible").count, 1)

    /// The numbers of the CPUs that run now.
    static var online: [Int] { list("online") }

    /// Reads a list of the form `0-3,6`.
    private static func list(_ name: String) -> [Int] {
        let text = SmallFile.read("/sys/devices/system/cpu/\(name)") ?? "0"
        return parse(text)
    }

    static func parse(_ text: String) -> [Int] {
        text.split { $0 == "," || $0 == "\n" }.flatMap { part in
            let ends = part.split(separator: "-").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, first <= last, last < 65536 else { return [Int]() }
            return Array(first...last)
        }
    }
}
