// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

// What is measured inside of a process. The scripts beside this file build and run it.
let package = Package(
    name: "Benchmarks",
    dependencies: [.package(name: "swift-ebpf", path: "..")],
    targets: [
        .executableTarget(
            name: "btf-index", dependencies: [.product(name: "BTF", package: "swift-ebpf"), .product(name: "EBPF", package: "swift-ebpf")]),
        .executableTarget(name: "object-load",
            dependencies: [.product(name: "BPFAssembly", package: "swift-ebpf"), .product(name: "EBPF", package: "swift-ebpf")]),
        .executableTarget(name: "map-operations", dependencies: [.product(name: "EBPF", package: "swift-ebpf")]),
        .executableTarget(name: "event-drain", dependencies: [.product(name: "EBPF", package: "swift-ebpf")]),
        .executableTarget(name: "object-attach", dependencies: [.product(name: "EBPF", package: "swift-ebpf")]),
    ],
    swiftLanguageModes: [.v6]
)
