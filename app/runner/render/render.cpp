extern "C" int discern_render_main(int, char**) { return 0; }
