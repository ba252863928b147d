package packages

// source is a source package of the distribution.
type source struct {
	name string
	// script is testdata/SCRIPT.sh, which builds it.
	script string
	// program is the one to run, in bin/ of the bundle.
	program string
	// pins are the sha256 of the upstream tarballs by upstream version, as the distribution has them.
	pins map[string]string
	// tools are programs that building takes, beyond make, and their packages.
	tools map[string]string
	// use is what the program must do wherever it is.
	use func(p *place)
}

var sources = []source{
	{
		name: "zlib", script: "zlib", program: "minigzip", use: useMinigzip,
		pins: map[string]string{
			"1.2.13.dfsg":          "71feb7947e3c00ef125f83b79a4e529bde31171e5babe48b391f06758d1ab0a1",
			"1.3.dfsg":             "5eea0322c1c21c75cad3b607ac1c43ff5c71e014b8ac4a34300b5e2b80d02e70",
			"1.3.dfsg+really1.3.1": "60dd315c07f616887caa029408308a018ace66e3d142726a97db164b3b8f69fb",
			"1.3.dfsg+really1.3.2": "7b6903eb019983987b7112eccf90f1703f1c6c0e0cede36564bf611d19ca579d",
		},
	},
	{
		name: "lua5.4", script: "lua", program: "lua", use: useLua,
		pins: map[string]string{
			"5.4.4": "164c7849653b80ae67bec4b7473b884bf5cc8d2dca05653475ec2ed27b9ebf61",
			"5.4.6": "7d5ea1b9cb6aa0b59ca3dde1c6adcb57ef83a1ba8e5432c0ecd06bf439b3ad88",
			"5.4.7": "9fbf5e28ef86c69858f6d3d34eccc32e911c1a28b4120ff3e84aaa70cfbf1e30",
			"5.4.9": "2335b6c582a52654f94612bf10d2f4672805d05329aa6568b1d8cd9e5c6fb8e6",
		},
	},
	{
		name: "sqlite3", script: "sqlite3", program: "sqlite3", use: useSQLite,
		pins: map[string]string{
			"3.40.1": "aaa776260ab4dc976db34aa7891819484c8676b5b2783123ebc6301e2ca5d655",
			"3.45.1": "e32e817f7b4166a301f60b14a711871bfab7d35c1d7e29b585dfc479ae150aa4",
			"3.46.1": "d0cdd2ece271b29e7ce18095745d892517ee26d0f270065b3a25c2e9eb11639c",
			"3.53.4": "05366adc8ee80c6b1faa71285b49d133c2121238ca58934b077fdeb95934abd4",
		},
		tools: map[string]string{"tclsh": "tcl"},
	},
	{
		name: "bzip2", script: "bzip2", program: "bzip2", use: useBzip2,
		pins: map[string]string{"1.0.8": "ab5a03176ee106d3f0fa90e381da478ddae405918153cca248e682cd0c4a2269"},
	},
	{
		name: "dash", script: "dash", program: "dash", use: useDash,
		pins: map[string]string{"0.5.12": "6a474ac46e8b0b32916c4c60df694c82058d3297d8b385b74508030ca4a8f28a"},
	},
	{
		name: "gawk", script: "gawk", program: "gawk", use: useGawk,
		pins: map[string]string{
			"5.2.1": "2337a0283b180ec1b9c727973a34781c6478b3ae9bcbdcca0a4dc49861d75a65",
			"5.3.2": "3b2a95bc6de68e2dc833ce547e366d62001274f8b892c6424f34f70d321cda70",
		},
	},
}
