// SPDX-License-Identifier: Apache-2.0

import Glibc
import TestImages

/// A directory of its own that goes away with the value.
final class ScratchDirectory {
    let path: String

    init() throws {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array((base + "/swift-ebpf-tests.XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw Unexpected("no temporary directory below \(base): errno \(errno)") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Writes a file, and the directories that its path leads through.
    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        var directory = path
        for part in name.split(separator: "/").dropLast() {
            directory += "/" + part
            guard mkdir(directory, 0o755) == 0 || errno == EEXIST else { throw Unexpected("cannot make \(directory)") }
        }
        let file = path + "/" + name
        guard let stream = fopen(file, "w") else { throw Unexpected("cannot write \(file)") }
        fputs(text, stream)
        fclose(stream)
        return file
    }

    deinit {
        Self.remove(path)
    }

    /// Removes a directory and what is below it. Links are removed, not followed.
    private static func remove(_ directory: String) {
        // Whatever went wrong, nothing outside of what mkdtemp made is ever touched.
        guard directory.contains("/swift-ebpf-tests."), let stream = opendir(directory) else { return }
        while let entry = readdir(stream) {
            let isDirectory = Int32(entry.pointee.d_type) == Int32(DT_DIR)
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name != ".", name != ".." else { continue }
            if isDirectory { remove(directory + "/" + name) } else { unlink(directory + "/" + name) }
        }
        closedir(stream)
        rmdir(directory)
    }
}
