//! The table: what lines of a log tell, with lines from real programs.

use super::Cause::{self, *};
use super::rules::Weight::{self, Strong, Weak};

/// A cause, how much a line of it says, its pattern, and lines that it is for, as programs wrote them, with what the
/// pattern's group finds in each. The first pattern that fits a line counts, so the special ones stand first.
pub(super) type Rule = (
    Cause,
    Weight,
    &'static str,
    &'static [(&'static str, &'static str)],
);

/// Shells and tools begin what they say with `bash: line 1: `, `./run.sh: line 3: `, `cat: `.
pub(super) const RULES: [Rule; 31] = [
    (
        GpuMemory,
        Strong,
        r"CUDA out of memory|CUDA error: out of memory|CUDA_ERROR_OUT_OF_MEMORY|(?:CUBLAS|CUDNN)_STATUS_ALLOC_FAILED|HIP out of memory",
        &[
            (
                "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB (GPU 0; 7.79 GiB total capacity; 5.61 GiB already allocated; 1.23 GiB free)",
                "",
            ),
            ("RuntimeError: CUDA error: out of memory", ""),
            (
                "RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
                "",
            ),
        ],
    ),
    (
        GpuMemory,
        Strong,
        r"OOM when allocating tensor.*/device:GPU|RESOURCE_EXHAUSTED: Out of memory while trying to allocate",
        &[
            (
                "tensorflow.python.framework.errors_impl.ResourceExhaustedError: OOM when allocating tensor with shape[256,64,224,224] and type float on /job:localhost/replica:0/task:0/device:GPU:0 by allocator GPU_0_bfc",
                "",
            ),
            (
                "jaxlib.xla_extension.XlaRuntimeError: RESOURCE_EXHAUSTED: Out of memory while trying to allocate 17179869184 bytes.",
                "",
            ),
        ],
    ),
    (
        OutOfMemory,
        Strong,
        r"^(?:[\w.]+\.)?_?(?:Array)?MemoryError(?:$|:)|OOM when allocating tensor|Cannot allocate memory|can't allocate memory",
        &[
            ("MemoryError", ""),
            (
                "numpy.core._exceptions._ArrayMemoryError: Unable to allocate 74.5 GiB for an array with shape (100000, 100000) and data type float64",
                "",
            ),
            ("OSError: [Errno 12] Cannot allocate memory", ""),
            (
                "RuntimeError: [enforce fail at alloc_cpu.cpp:75] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 40000000000 bytes. Error code 12 (Cannot allocate memory)",
                "",
            ),
        ],
    ),
    (
        OutOfMemory,
        Strong,
        r"std::bad_alloc|java\.lang\.OutOfMemoryError|JavaScript heap out of memory|insufficient shared memory|out of shared memory|^Error: cannot allocate vector of size",
        &[
            (
                "terminate called after throwing an instance of 'std::bad_alloc'",
                "",
            ),
            (
                "RuntimeError: DataLoader worker (pid 4321) is killed by signal: Bus error. It is possible that dataloader's workers are out of shared memory. Please try to raise your shared memory limit.",
                "",
            ),
            (
                "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
                "",
            ),
            ("Error: cannot allocate vector of size 7.5 Gb", ""),
        ],
    ),
    (
        Killed,
        Strong,
        r"^(?:\S+: (?:line )?\d+: +(?:\d+ )?)?Killed(?: *$|\s{2})|is killed by signal: Killed",
        &[
            ("Killed", ""),
            (
                "/bin/bash: line 1:     3 Killed                  python3 train.py",
                "",
            ),
            (
                "RuntimeError: DataLoader worker (pid 26) is killed by signal: Killed.",
                "",
            ),
        ],
    ),
    (
        NoSpace,
        Strong,
        r"No space left on device|Disk quota exceeded",
        &[
            (
                "OSError: [Errno 28] No space left on device: '/output/model.pt'",
                "",
            ),
            ("cp: error writing '/tmp/x': No space left on device", ""),
        ],
    ),
    (
        MissingModule,
        Strong,
        r"(?:ModuleNotFoundError|ImportError): No module named '?([\w.]+)",
        &[
            ("ModuleNotFoundError: No module named 'torch'", "torch"),
            (
                "ModuleNotFoundError: No module named 'tensorflow.contrib'; 'tensorflow' is not a package",
                "tensorflow.contrib",
            ),
            ("ImportError: No module named cv2", "cv2"),
        ],
    ),
    (
        MissingModule,
        Strong,
        r"^\S*python[\d.]*: No module named '?([\w.]+)",
        &[("/usr/bin/python3: No module named pytest", "pytest")],
    ),
    (
        MissingFile,
        Strong,
        r"^\S*python[\d.]*: can't open file '([^']+)': \[Errno 2\]",
        &[(
            "python3: can't open file '/workspace/trian.py': [Errno 2] No such file or directory",
            "/workspace/trian.py",
        )],
    ),
    (
        MissingFile,
        Strong,
        r"(?:FileNotFoundError|IOError|OSError): \[Errno 2\] No such file or directory: b?'([^']+)'",
        &[(
            "FileNotFoundError: [Errno 2] No such file or directory: '/input/iris/train.csv'",
            "/input/iris/train.csv",
        )],
    ),
    (
        MissingFile,
        Strong,
        r"FileNotFoundError: (?:\[Errno 2\] )?(\S+) (?:not found|does not exist)",
        &[("FileNotFoundError: data.csv not found.", "data.csv")],
    ),
    (
        MissingFile,
        Strong,
        r"FileNotFoundError(?::|$)",
        &[(
            "FileNotFoundError: Couldn't find any class folder in /input/cats.",
            "",
        )],
    ),
    (
        MissingFile,
        Strong,
        r"(?:ImportError|OSError|error while loading shared libraries): (\S+): cannot open shared object file",
        &[
            (
                "ImportError: libGL.so.1: cannot open shared object file: No such file or directory",
                "libGL.so.1",
            ),
            (
                "./train: error while loading shared libraries: libgomp.so.1: cannot open shared object file: No such file or directory",
                "libgomp.so.1",
            ),
        ],
    ),
    (
        CommandNotFound,
        Weak,
        r"^(?:\S+: (?:line )?\d+: |bash: )([^:]+): (?:command )?not found$",
        &[
            ("/bin/bash: line 1: pyton: command not found", "pyton"),
            ("bash: nvidia-smi: command not found", "nvidia-smi"),
            ("sh: 1: ffmpeg: not found", "ffmpeg"),
        ],
    ),
    (
        CommandNotFound,
        Weak,
        r"^\S*env: ['‘]([^'’]+)['’]: No such file or directory",
        &[(
            "/usr/bin/env: 'python': No such file or directory",
            "python",
        )],
    ),
    (
        PermissionDenied,
        Strong,
        r"PermissionError: \[Errno \d+\] [\w ]+: b?'([^']+)'",
        &[(
            "PermissionError: [Errno 13] Permission denied: '/usr/lib/x'",
            "/usr/lib/x",
        )],
    ),
    (
        PermissionDenied,
        Strong,
        r"OSError: \[Errno 30\] Read-only file system: b?'([^']+)'",
        &[(
            "OSError: [Errno 30] Read-only file system: '/input/iris/cache'",
            "/input/iris/cache",
        )],
    ),
    (
        PermissionDenied,
        Weak,
        r"^\S+: (?:(?:line )?\d+: )?(?:cannot \w+(?: \w+)* )?['‘]?([^:'’]+)['’]?: (?:Permission denied|Read-only file system)$",
        &[
            ("/bin/bash: line 1: ./run.sh: Permission denied", "./run.sh"),
            (
                "/bin/bash: line 1: /model.pt: Read-only file system",
                "/model.pt",
            ),
            (
                "mkdir: cannot create directory '/data': Read-only file system",
                "/data",
            ),
            (
                "touch: cannot touch '/input/iris/x': Read-only file system",
                "/input/iris/x",
            ),
        ],
    ),
    (
        MissingFile,
        Weak,
        r"^\S+: (?:(?:line )?\d+: )?(?:cannot \w+(?: \w+)* |can't \w+ )?['‘]?([^:'’]+)['’]?: No such file or directory$",
        &[
            ("cat: data.txt: No such file or directory", "data.txt"),
            (
                "ls: cannot access '/input/mnist': No such file or directory",
                "/input/mnist",
            ),
            (
                "/bin/bash: line 1: ./start.sh: No such file or directory",
                "./start.sh",
            ),
            (
                "cp: cannot stat 'model.pt': No such file or directory",
                "model.pt",
            ),
        ],
    ),
    (
        Network,
        Strong,
        r"\bhost='([^']+)'.*Max retries exceeded|OSError: We couldn't connect to '([^']+)'",
        &[
            (
                "OSError: We couldn't connect to 'https://huggingface.co' to load the files, and couldn't find them in the cached files.",
                "https://huggingface.co",
            ),
            (
                "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='huggingface.co', port=443): Max retries exceeded with url: /bert-base-uncased/resolve/main/config.json",
                "huggingface.co",
            ),
        ],
    ),
    (
        Network,
        Strong,
        r"(?:gaierror|URLError|ConnectError|ClientConnectorError|ConnectionError|OSError).*(?:[Nn]ame resolution|Name or service not known|Network is unreachable|nodename nor servname)",
        &[
            (
                "urllib.error.URLError: <urlopen error [Errno -3] Temporary failure in name resolution>",
                "",
            ),
            ("socket.gaierror: [Errno -2] Name or service not known", ""),
            ("OSError: [Errno 101] Network is unreachable", ""),
        ],
    ),
    (
        Network,
        Weak,
        r"[Cc]ould not resolve host(?:name)?:? ([\w.-]+)|unable to resolve host address ['‘]([^'’]+)['’]",
        &[
            (
                "curl: (6) Could not resolve host: example.org",
                "example.org",
            ),
            (
                "fatal: unable to access 'https://github.com/a/b/': Could not resolve host: github.com",
                "github.com",
            ),
            (
                "wget: unable to resolve host address 'example.org'",
                "example.org",
            ),
        ],
    ),
    (
        Package,
        Strong,
        r"^ERROR: (?:No matching distribution found for|Could not find a version that satisfies the requirement) ([^\s(;]+)",
        &[
            (
                "ERROR: No matching distribution found for tensorflow==1.4",
                "tensorflow==1.4",
            ),
            (
                "ERROR: Could not find a version that satisfies the requirement nosuch (from versions: none)",
                "nosuch",
            ),
        ],
    ),
    (
        Package,
        Weak,
        r"^ERROR: (?:Invalid requirement|Failed building wheel|Cannot install|Could not install packages|Ignored the following)",
        &[
            (
                "ERROR: Invalid requirement: 'numpy=1.2': Expected end or semicolon (after name and no valid version specifier)",
                "",
            ),
            ("ERROR: Failed building wheel for dlib", ""),
        ],
    ),
    (
        Crash,
        Strong,
        r"^Fatal Python error: |^(?:\S+: (?:line )?\d+: +(?:\d+ )?)?(?:Segmentation fault|Bus error|Illegal instruction|Floating point exception|Aborted)(?: *$|\s{2}| \()",
        &[
            ("Segmentation fault (core dumped)", ""),
            (
                "/bin/bash: line 1:     3 Segmentation fault      python3 crash.py",
                "",
            ),
            ("Fatal Python error: Segmentation fault", ""),
            (
                "./run.sh: line 2:    11 Aborted                 ./train",
                "",
            ),
        ],
    ),
    (
        Crash,
        Strong,
        r"^(?:double free or corruption|free\(\): invalid|malloc\(\): |corrupted |munmap_chunk\(\)|\*\*\* stack smashing detected)|^terminate called after throwing an instance of|: Assertion `.*' failed\.$",
        &[
            ("double free or corruption (!prev)", ""),
            (
                "terminate called after throwing an instance of 'c10::Error'",
                "",
            ),
            ("train: net.c:41: forward: Assertion `n > 0' failed.", ""),
        ],
    ),
    (
        Error,
        Strong,
        r"^thread '.*' (?:\(\d+\) )?panicked at |^panic: |^Exception in thread |^Uncaught \w*(?:Error|Exception)",
        &[
            ("thread 'main' panicked at src/main.rs:3:5:", ""),
            ("thread 'main' (7) panicked at src/main.rs:3:5:", ""),
            (
                "panic: runtime error: index out of range [5] with length 3",
                "",
            ),
            (
                "Exception in thread \"main\" java.lang.ArrayIndexOutOfBoundsException: 5",
                "",
            ),
        ],
    ),
    (
        Error,
        Weak,
        // Exceptions that only tell that another process has failed: its own words say more.
        r"^(?:torch\.distributed\.elastic\.multiprocessing\.errors\.ChildFailedError|subprocess\.CalledProcessError|torch\.multiprocessing\.spawn\.Process(?:Exited|Raised)Exception|concurrent\.futures\.process\.BrokenProcessPool|SystemExit|BrokenPipeError|KeyboardInterrupt)\b",
        &[
            (
                "subprocess.CalledProcessError: Command '['python3', 'train.py']' returned non-zero exit status 1.",
                "",
            ),
            (
                "torch.distributed.elastic.multiprocessing.errors.ChildFailedError: ",
                "",
            ),
        ],
    ),
    (
        Error,
        Weak,
        r"^\S+: error: \S|^[\w/.-]+:\d+:\d+: (?:fatal )?error: ",
        &[
            (
                "train.py: error: the following arguments are required: --data",
                "",
            ),
            ("main.c:3:1: error: expected ';' before '}' token", ""),
        ],
    ),
    (
        Error,
        Weak,
        r"^/?\S*(?:ba|da)?sh: (?:-c: )?(?:line )?\d+: (?:syntax error|unexpected EOF)",
        &[(
            "/bin/bash: -c: line 1: syntax error near unexpected token `('",
            "",
        )],
    ),
    (
        Error,
        Weak,
        r"^(?:fatal|FATAL|Fatal error|make: \*\*\*|Error)(?:: | in | \[)\S",
        &[
            (
                "fatal: not a git repository (or any of the parent directories): .git",
                "",
            ),
            ("make: *** [Makefile:3: train] Error 1", ""),
            (
                "Error in library(ggplot2) : there is no package called 'ggplot2'",
                "",
            ),
        ],
    ),
];
