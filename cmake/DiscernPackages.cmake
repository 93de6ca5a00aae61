# Every library that Discern uses, found in one place. All come from Debian 12's own packages.
find_package(Threads REQUIRED)
find_package(OpenMP REQUIRED COMPONENTS CXX)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(nlohmann_json REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(ZLIB REQUIRED)
find_package(TIFF REQUIRED)
find_package(EXPAT REQUIRED)
find_package(PNG REQUIRED)
find_package(JPEG REQUIRED)
pkg_check_modules(CFITSIO REQUIRED IMPORTED_TARGET cfitsio)
pkg_check_modules(WCSLIB REQUIRED IMPORTED_TARGET wcslib)
pkg_check_modules(NETCDF REQUIRED IMPORTED_TARGET netcdf)
pkg_check_modules(HDF5 REQUIRED IMPORTED_TARGET hdf5-serial) # never the parallel one: see analysis/io/README.md
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto)
find_package(LibLZMA REQUIRED)
find_package(BZip2 REQUIRED)
pkg_check_modules(ARCHIVE REQUIRED IMPORTED_TARGET libarchive)
pkg_check_modules(GDAL REQUIRED IMPORTED_TARGET gdal)
pkg_check_modules(MSEED REQUIRED IMPORTED_TARGET mseed)
pkg_check_modules(BLOSC REQUIRED IMPORTED_TARGET blosc)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(LZ4 REQUIRED IMPORTED_TARGET liblz4)
pkg_check_modules(SNAPPY REQUIRED IMPORTED_TARGET snappy)
find_library(ECCODES_LIBRARY eccodes REQUIRED) # its .pc names folders that are not there
find_package(MPI COMPONENTS C) # runs over several processes; without it everything else is built
find_package(Qt6 6.4 REQUIRED COMPONENTS Core)

set(discern_vtk_data CommonCore CommonDataModel)
set(discern_vtk_geometry FiltersCore FiltersGeometry FiltersHyperTree)
set(discern_vtk_scene
    CommonColor CommonTransforms FiltersCore FiltersGeneral FiltersGeometry FiltersModeling FiltersSources
    ImagingCore RenderingCore RenderingOpenGL2 RenderingVolume RenderingVolumeOpenGL2 RenderingAnnotation
    RenderingFreeType RenderingContext2D RenderingContextOpenGL2 ChartsCore ViewsContext2D RenderingGL2PSOpenGL2
    IOImage IOExport InteractionStyle glew opengl)
set(discern_vtk_files IOXML IOParallelXML IOLegacy IOGeometry IOPLY IOExodus IOEnSight IOAMR IOHDF IOCGNSReader)
find_package(VTK 9.1 REQUIRED COMPONENTS ${discern_vtk_data} ${discern_vtk_geometry} ${discern_vtk_scene}
                                         ${discern_vtk_files})

if(DISCERN_DESKTOP)
  find_package(Qt6 6.4 REQUIRED COMPONENTS Gui Widgets OpenGLWidgets Svg)
endif()
if(DISCERN_TESTS)
  find_package(Qt6 6.4 REQUIRED COMPONENTS Test Gui)
endif()

# GDCM's own configuration asks for more than its libraries need; they are linked by their names.
find_path(GDCM_INCLUDE_DIR gdcmReader.h PATH_SUFFIXES gdcm-3.0 REQUIRED)
