"""Holds the house to its arrows: what each target links, and what each folder's sources include.

    check_arrows.py SOURCE_FOLDER LINK_GRAPH_JSON

First the checker is tried on arrows that must not be (methods linking Qt, views including jobs, …): a checker that
lets them pass fails. Then it is run on the tree.
"""
import json
import pathlib
import re
import sys

# target → what it may link, as regular expressions. Tests and benchmarks are not in the graph.
LINKS = {
    "discern_methods": r"Eigen3::Eigen|OpenMP::.*|MPI::.*|OpenCL::.*",
    "discern_data": r"VTK::Common(Core|DataModel)|nlohmann_json::.*|Threads::Threads",
    "discern_form": r"discern_data",
    "discern_io": r"discern_data|PkgConfig::(HDF5|NETCDF|MSEED|BLOSC|ZSTD|LZ4|SNAPPY)|(TIFF|PNG|JPEG|ZLIB|EXPAT|LibLZMA|BZip2)::\w+|dl|Threads::Threads",
    "discern_session": r"discern_data",
    "discern_geometry": r"discern_data|OpenMP::.*|VTK::Filters\w+",
    "discern_plots": r"discern_(data|methods)|OpenMP::.*",
    "discern_channel": r"discern_data|PkgConfig::ZSTD|Threads::Threads|rt",
    "discern_channel_server": r"discern_channel|discern_geometry|discern_plots|discern_data|Threads::Threads",
    "discern_channel_client": r"discern_channel|discern_data|Qt6::Core|Threads::Threads",
    "discern_jobs": r"discern_data|OpenSSL::Crypto|Qt6::Core|Threads::Threads",
    "discern_remote": r"discern_jobs|discern_data|Qt6::Core|Threads::Threads",
    "discern_sdk": r"discern_(data|form)|discern_io|dl|Threads::Threads",
    "discern_scene": r"discern_data|discern_session|VTK::.*|Threads::Threads|OpenMP::.*",
    "discern_link": r"discern_session|discern_data|Qt6::Core",
    "discern_views": r"discern_scene|discern_link|discern_session|discern_data|Qt6::(Core|Gui|Widgets|OpenGL|OpenGLWidgets|Svg)",
    "discern_reach": r"discern_(channel_client|remote)",
    "discern_desktop": r"discern_(views|scene|link|jobs|remote|form|session|channel_client|reach|data)|Qt6::(Core|Gui|Widgets|Svg|OpenGLWidgets)",
    "discern": r"discern_desktop|discern_views|Qt6::.*",
    "discern-askpass": r"discern_desktop|Qt6::.*",
    "discern-run": r"discern_(io|jobs|remote|form|sdk|session|channel_server|reach|methods|data)|dl|Threads::Threads|Qt6::Core",
    "discern_mpi": r"MPI::MPI_C",
    "discern_render": r"discern_(scene|session|io|geometry|plots|data)|OpenGL::EGL|PNG::PNG|PkgConfig::cairo|nlohmann_json::.*",
}
# Readers in libraries of their own, analysis/io/*/module: opened by discern_io when first needed.
MODULE_LINKS = r"discern_(io|data)|VTK::(IO|Common|Filters(Core|AMR|General|Sources)|ParallelCore)\w*|PkgConfig::\w+|gdcm\w+|ZLIB::ZLIB|.*/libeccodes\.so|Threads::Threads"
PLUGIN_LINKS = r"discern_sdk|discern_methods|discern_data|discern_io|OpenMP::.*|MPI::MPI_C"
OPTIONAL = {"discern_mpi"}  # not built where its library is missing

# folder → includes it must not have.
QT = r"Q[A-Z]\w+|Qt\w*/.*"
WIDGETS = r"QWidget|Q\w*(Widget|Dialog|Window|Button|Layout|Label|View)|QtWidgets/.*|QApplication"
OPENGL = r"vtk(OpenGL|Render|Rendering).*|QOpenGL.*|GL/.*|EGL/.*"
ABOVE = r"(scene|link|views|desktop|runner)/.*"
INCLUDES = {
    "analysis/methods": rf"{QT}|vtk.*|hdf5.*|H5.*|netcdf.*|(data|io|session|channel|jobs|sdk)/.*|{ABOVE}",
    "analysis/data": rf"{QT}|{OPENGL}|(io|session|channel|jobs|sdk|methods)/.*|{ABOVE}",
    "analysis/form": rf"{QT}|vtk.*|(io|session|channel|jobs|sdk|methods)/.*|{ABOVE}",
    "analysis/io": rf"{QT}|{OPENGL}|(session|channel|jobs|sdk|methods)/.*|{ABOVE}",
    "analysis/session": rf"{QT}|{OPENGL}|(io|channel|jobs|sdk|methods)/.*|{ABOVE}",
    "analysis/geometry": rf"{QT}|{OPENGL}|(io|session|channel|jobs|sdk|methods)/.*|{ABOVE}",
    "analysis/plots": rf"{QT}|vtk.*|{OPENGL}|(io|session|channel|jobs|sdk)/.*|{ABOVE}",
    "analysis/channel": rf"{WIDGETS}|{OPENGL}|(io|session|jobs|sdk|methods)/.*|{ABOVE}",
    "analysis/jobs": rf"{WIDGETS}|{OPENGL}|(io|session|channel|sdk|methods)/.*|{ABOVE}",
    "analysis/remote": rf"{WIDGETS}|{OPENGL}|(io|session|channel|sdk|methods)/.*|{ABOVE}",
    "analysis/sdk": rf"{QT}|{OPENGL}|(session|channel|jobs|methods)/.*|{ABOVE}",
    "plugins": rf"{QT}|{OPENGL}|(session|channel|jobs)/.*|{ABOVE}",
    "views/scene": rf"{QT}|(io|channel|jobs|sdk|methods|link|views|desktop|runner)/.*",
    "views/link": rf"{WIDGETS}|{OPENGL}|(io|channel|jobs|sdk|methods|desktop|runner)/.*",
    "views": r"(io|channel|jobs|sdk|methods|desktop|runner)/.*",
    "app/desktop": r"(io|sdk|methods|runner|channel/server)/.*",
    "app/reach": rf"{WIDGETS}|(io|session|sdk|methods|views|link|desktop|runner|channel/server)/.*",
    "app/runner": rf"{WIDGETS}|(views|link|desktop)/.*",
}


def forbidden_links(graph):
    for target, libraries in graph.items():
        allowed = LINKS.get(target, MODULE_LINKS if target.startswith("discern_io_") else PLUGIN_LINKS)
        for library in libraries.split():
            if not re.fullmatch(allowed, library):
                yield f"{target} links {library}"


def forbidden_includes(files):
    for path, text in files:
        folder = max((f for f in INCLUDES if path.startswith(f + "/")), key=len, default=None)
        if folder is None:
            continue
        for name in re.findall(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', text, re.M):
            if re.fullmatch(INCLUDES[folder], name):
                yield f"{path} includes {name}"


def self_test():
    """The checker must object to each of these, and to nothing in the last two."""
    wrong_links = [{"discern_methods": "Qt6::Core"}, {"discern_views": "discern_jobs"}, {"discern_desktop": "discern_io"},
                   {"discern_scene": "Qt6::Widgets"}, {"some_plugin": "discern_views"}, {"discern_io_grids": "VTK::RenderingOpenGL2"}, {"discern_data": "VTK::RenderingOpenGL2"}]
    wrong_includes = [("analysis/methods/a.cpp", "#include <QString>"), ("views/slice/a.cpp", '#include "jobs/launcher.h"'),
                      ("app/desktop/a.cpp", '#include "io/open.h"'), ("views/scene/a.cpp", "#include <QWidget>"),
                      ("plugins/p/a.cpp", '#include "scene/panel.h"')]
    for graph in wrong_links:
        assert list(forbidden_links(graph)), f"the checker let {graph} pass"
    for file in wrong_includes:
        assert list(forbidden_includes([file])), f"the checker let {file} pass"
    assert not list(forbidden_links({"discern_methods": "Eigen3::Eigen"}))
    assert not list(forbidden_includes([("views/slice/a.cpp", '#include "scene/panel.h"')]))


def main():
    source, graph = pathlib.Path(sys.argv[1]), json.loads(pathlib.Path(sys.argv[2]).read_text())
    self_test()
    missing = [target for target in LINKS if target not in graph and target not in OPTIONAL]
    files = [(str(p.relative_to(source)), p.read_text(errors="replace"))
             for top in ("analysis", "views", "app", "plugins") for p in sorted((source / top).rglob("*")) if p.suffix in (".h", ".cpp")]
    faults = [f"there is no target {t}" for t in missing] + list(forbidden_links(graph)) + list(forbidden_includes(files))
    for fault in faults:
        print("forbidden arrow:", fault)
    print(f"{len(graph)} targets and {len(files)} sources looked at, {len(faults)} faults")
    return 1 if faults else 0


sys.exit(main())
