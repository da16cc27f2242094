// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// A library floor: pure Swift, neither Foundation nor Dispatch.
func floor(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(name: name + "Tests", dependencies: [.target(name: name)] + dependencies, exclude: exclude, swiftSettings: settings)
}

let package = Package(
    name: "swift-ebpf",
    products: [
        .library(name: "Bytes", targets: ["Bytes"]),
        .library(name: "ELF", targets: ["ELF"]),
        .library(name: "BTF", targets: ["BTF"]),
        .library(name: "BPFAssembly", targets: ["BPFAssembly"]),
        .library(name: "BPFObject", targets: ["BPFObject"]),
        .library(name: "EBPF", targets: ["EBPF"]),
        .library(name: "EBPFKernel", targets: ["EBPFKernel"]),
        .library(name: "CEBPFKernel", targets: ["CEBPFKernel"]),
        .plugin(name: "EBPFBuild", targets: ["EBPFBuild"]),
        .executable(name: "ebpf", targets: ["ebpf"]),
        .executable(name: "opensnoop", targets: ["opensnoop"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        // Floor 1: bytes, files, and the door to the kernel.
        floor("Bytes"),
        floor("ELF", ["Bytes"]),
        .target(name: "CLinux"),
        // Floor 2: what bytes mean.
        floor("BTF", ["Bytes"]),
        floor("BPFAssembly", ["Bytes"]),
        // Floor 3: an object as a value.
        floor("BPFObject", ["Bytes", "ELF", "BTF", "BPFAssembly"]),
        // Floor 4: the live kernel.
        floor("EBPF", ["Bytes", "ELF", "BTF", "BPFAssembly", "BPFObject", "CLinux"]),
        // Floor 5: kernel halves become objects.
        floor("EBPFCompiler", ["Bytes", "ELF", "BTF", "BPFAssembly", "BPFObject", "CLinux"]),
        // Apart: what kernel halves in Swift import, and those in C include.
        .target(name: "CEBPFHelpers"),
        .target(
            name: "EBPFKernel", dependencies: ["CEBPFHelpers"],
            swiftSettings: settings + [.enableExperimentalFeature("RawLayout"), .enableExperimentalFeature("Lifetimes")]),
        .target(name: "CEBPFKernel"),
        // Floor 6: commands.
        .executableTarget(name: "ebpfc", dependencies: ["EBPFCompiler"], swiftSettings: settings),
        .plugin(name: "EBPFBuild", capability: .buildTool(), dependencies: ["ebpfc"]),
        .target(
            name: "Tooling",
            dependencies: ["CLinux", "EBPF", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: settings),
        .executableTarget(
            name: "ebpf",
            dependencies: [
                "BPFAssembly", "BPFObject", "BTF", "Bytes", "EBPF", "ELF", "Tooling",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        .target(name: "OpenSnoopKernel", dependencies: ["EBPFKernel", "EBPF"], swiftSettings: settings, plugins: ["EBPFBuild"]),
        .executableTarget(
            name: "opensnoop",
            dependencies: [
                "EBPF", "OpenSnoopKernel", "Tooling",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        // Live tests, which need root: on the running kernel, isolated from the machine.
        .target(name: "CAllocationCount", path: "Tests/CAllocationCount"),
        .target(name: "CNamespaces", path: "Tests/CNamespaces"),
        .target(name: "TestMounts", dependencies: ["CNamespaces"], path: "Tests/TestMounts", swiftSettings: settings),
        .target(name: "CThreadLimits", path: "Tests/CThreadLimits"),
        .testTarget(
            name: "EBPFTests",
            dependencies: [
                "BPFAssembly", "BPFObject", "BTF", "Bytes", "CAllocationCount", "CEBPFKernel", "CLinux", "CNamespaces", "COpenCalls", "CThreadLimits",
                "ELF", "EBPF", "EBPFKernel",
                "TestMounts",
            ],
            exclude: ["Kernel", "Programs"], swiftSettings: settings,
            plugins: ["EBPFBuild"]),
        // The same kernel halves in C and in Swift, side by side.
        .target(name: "CTwinEvents", path: "Tests/CTwinEvents"),
        .testTarget(
            name: "TwinTests",
            dependencies: ["BPFObject", "BTF", "Bytes", "CEBPFKernel", "CNamespaces", "COpenCalls", "CTwinEvents", "EBPF", "EBPFKernel"],
            exclude: ["Kernel"], swiftSettings: settings,
            plugins: ["EBPFBuild"]),
        .target(name: "COpenCalls", path: "Tests/COpenCalls"),
        // The kernel halves of the chapter for those who come from C.
        .testTarget(
            name: "SampleTests",
            dependencies: ["CNamespaces", "COpenCalls", "CTwinEvents", "EBPF", "EBPFKernel"],
            exclude: ["Kernel"], swiftSettings: settings,
            plugins: ["EBPFBuild"]),
        .testTarget(name: "OpenSnoopTests", dependencies: ["COpenCalls", "opensnoop"], swiftSettings: settings),
        .testTarget(name: "EBPFCommandTests", dependencies: ["Bytes", "TestImages", "ebpf"], swiftSettings: settings),
        // Objects that others wrote, beside other loaders.
        .testTarget(name: "LoaderTests", dependencies: ["BPFObject", "EBPF", "ebpf"], swiftSettings: settings),
        // The packages that the documents show.
        .testTarget(name: "GuideTests", swiftSettings: settings),
        // Tests that need neither root nor a kernel, and the images that they read.
        .target(name: "TestImages", dependencies: ["Bytes"], path: "Tests/TestImages", swiftSettings: settings),
        tests(of: "Bytes"),
        tests(of: "ELF", ["Bytes", "TestImages"]),
        tests(of: "BTF", ["Bytes", "TestImages"]),
        tests(of: "BPFAssembly", ["Bytes", "TestImages"]),
        tests(of: "BPFObject", ["Bytes", "ELF", "BTF", "BPFAssembly", "TestImages"]),
        // Kernel halves that must be refused are no part of the tests' module.
        tests(
            of: "EBPFCompiler", ["Bytes", "ELF", "BTF", "BPFAssembly", "BPFObject", "CNamespaces", "COpenCalls", "EBPF", "TestImages", "TestMounts"],
            exclude: ["Wrong"]),
    ],
    swiftLanguageModes: [.v6]
)
